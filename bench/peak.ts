// Loaded into unleak by `node --import`: leaves the most memory it had, in kilobytes, in a file.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  writeFileSync(process.env.BENCH_PEAK!, String(process.resourceUsage().maxRSS));
});
