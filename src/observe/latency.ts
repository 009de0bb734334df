/** Sub-buckets per power of two: a reported value is at most 1/32 (3 %) above the true one. */
const SUB = 32;
/** Microseconds up to 2^36 (19 hours); longer ones count in the last bucket. */
const POWERS = 37;

/** Latencies as counts in buckets that grow with the value: fixed memory, whatever comes. */
export class LatencyHistogram {
  readonly #counts = new Float64Array(POWERS * SUB);
  #total = 0;
  #max = 0;

  /** @param ms milliseconds */
  record(ms: number): void {
    this.#counts[bucketOf(ms * 1000)]!++;
    this.#total++;
    if (ms > this.#max) this.#max = ms;
  }

  get max(): number {
    return this.#max;
  }

  /** The latency, in milliseconds, that `share` (0 to 1) of all did not exceed; 0 when there are none. */
  quantile(share: number): number {
    const wanted = Math.max(1, Math.ceil(this.#total * share));
    let seen = 0;
    for (let at = 0; at < this.#counts.length && this.#total > 0; at++) {
      seen += this.#counts[at]!;
      if (seen >= wanted) return Math.min(upperEnd(at) / 1000, this.#max);
    }
    return this.#max;
  }
}

function bucketOf(us: number): number {
  if (us < SUB) return Math.max(0, Math.floor(us));
  const power = Math.floor(Math.log2(us));
  // Values from 2^power to 2^(power+1) share SUB buckets; power 5 follows the SUB exact ones.
  const within = Math.floor((us / 2 ** power - 1) * SUB);
  return Math.min((power - 4) * SUB + within, POWERS * SUB - 1);
}

function upperEnd(bucket: number): number {
  if (bucket < SUB) return bucket + 1;
  const power = Math.floor(bucket / SUB) + 4;
  return 2 ** power * (1 + ((bucket % SUB) + 1) / SUB);
}
