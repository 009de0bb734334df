/*
 * Hyperscan as a yardstick.
 *
 * hyperscan compile PATTERNS DATABASE: one pattern a line, behind one letter: l a literal in hex, p a
 * pattern. All go into one database; the number of each line that Hyperscan refuses goes to stdout, and the
 * line is left out.
 *
 * hyperscan scan DATABASE FILE: reads FILE in blocks of 1 MiB; the time in hs_scan counts. One line of JSON
 * to stdout.
 */
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST 20000
#define BLOCK (1 << 20)

static unsigned long matches;

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
  (void)id, (void)from, (void)to, (void)flags, (void)context;
  matches++;
  return 0;
}

static double seconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* "6162" -> "\x61\x62": a literal for the compiler of patterns. */
static char *escape_hex(const char *hex) {
  size_t pairs = strlen(hex) / 2;
  char *out = malloc(pairs * 4 + 1);
  for (size_t i = 0; i < pairs; i++) sprintf(out + i * 4, "\\x%.2s", hex + i * 2);
  return out;
}

static int compile(FILE *list, FILE *out) {
  static const char *patterns[MOST];
  static unsigned flags[MOST], ids[MOST];
  static int numbers[MOST];
  unsigned count = 0;
  char *line = NULL;
  size_t room = 0;
  ssize_t length;
  for (int number = 1; (length = getline(&line, &room, list)) > 0 && count < MOST; number++) {
    if (line[length - 1] == '\n') line[--length] = 0;
    if (length < 2) continue;
    patterns[count] = line[0] == 'l' ? escape_hex(line + 1) : strdup(line + 1);
    numbers[count] = number;
    flags[count] = HS_FLAG_MULTILINE;
    ids[count] = count;
    count++;
  }
  hs_database_t *database = NULL;
  hs_compile_error_t *error = NULL;
  while (hs_compile_multi(patterns, flags, ids, count, HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS) {
    int at = error->expression;
    if (at < 0) {
      fprintf(stderr, "%s\n", error->message);
      return 1;
    }
    printf("%d\n", numbers[at]);
    hs_free_compile_error(error);
    count--;
    memmove(patterns + at, patterns + at + 1, (count - (unsigned)at) * sizeof *patterns);
    memmove(numbers + at, numbers + at + 1, (count - (unsigned)at) * sizeof *numbers);
  }
  char *bytes = NULL;
  size_t size = 0;
  if (hs_serialize_database(database, &bytes, &size) != HS_SUCCESS) return 1;
  return fwrite(bytes, 1, size, out) == size && fclose(out) == 0 ? 0 : 1;
}

static int scan(FILE *stored, FILE *file) {
  static char block[BLOCK];
  hs_database_t *database = NULL;
  hs_scratch_t *scratch = NULL;
  fseek(stored, 0, SEEK_END);
  size_t stored_size = (size_t)ftell(stored);
  char *serialized = malloc(stored_size);
  rewind(stored);
  if (fread(serialized, 1, stored_size, stored) != stored_size) return 1;
  if (hs_deserialize_database(serialized, stored_size, &database) != HS_SUCCESS) return 1;
  if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) return 1;

  double wall = 0, cpu = 0;
  size_t bytes = 0, size;
  while ((size = fread(block, 1, BLOCK, file)) > 0) {
    double wall_before = seconds(CLOCK_MONOTONIC), cpu_before = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (hs_scan(database, block, (unsigned)size, 0, scratch, on_match, NULL) != HS_SUCCESS) return 1;
    wall += seconds(CLOCK_MONOTONIC) - wall_before;
    cpu += seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_before;
    bytes += size;
  }
  printf("{\"bytes\":%zu,\"matches\":%lu,\"seconds\":%.6f,\"cpuSeconds\":%.6f}\n", bytes, matches, wall, cpu);
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int compiles = strcmp(argv[1], "compile") == 0;
  FILE *first = fopen(argv[2], "rb"), *second = fopen(argv[3], compiles ? "wb" : "rb");
  if (first == NULL || second == NULL) return 2;
  return compiles ? compile(first, second) : scan(first, second);
}
