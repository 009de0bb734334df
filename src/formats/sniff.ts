const LF = 10;
/** A CRI header is told by its first bytes; this many hold the longest one. */
const CRI_HEADER_MAX = 64;
/** A first line longer than this is no docker line: the daemon cuts content at 16 KiB, escapes make it 6 times that. */
const DOCKER_LINE_MAX = 128 * 1024;

/** Written before the digits: a shape in which `0` stands for a digit. */
const CRI_SHAPE = '0000-00-00T00:00:00';
const DOCKER_OPENS = '{"log":"';

export type Sniffed = 'cri' | 'docker' | 'lines' | 'undecided';

/**
 * Tells the format of a stream from its first line: kubelet does the same per file (surfaces: it tries CRI,
 * then Docker JSON). Undecided only while every byte so far fits one of them.
 * @param final no more bytes will come
 */
export function sniff(head: Buffer, final: boolean): Sniffed {
  const cri = sniffCri(head);
  if (cri !== 'lines') return cri === 'undecided' && final ? 'lines' : cri;
  return sniffDocker(head, final);
}

function sniffCri(head: Buffer): Sniffed {
  for (let i = 0; i < CRI_SHAPE.length; i++) {
    if (i === head.length) return 'undecided';
    const wanted = CRI_SHAPE.charCodeAt(i);
    const fits = wanted === 48 ? head[i]! >= 48 && head[i]! <= 57 : head[i] === wanted;
    if (!fits) return 'lines';
  }
  const lf = head.indexOf(LF);
  const line = head.toString('latin1', 0, lf === -1 ? Math.min(head.length, CRI_HEADER_MAX) : lf);
  if (/^[^ ]{20,35} (?:stdout|stderr) [FP](?:[: ]|$)/.test(line)) return 'cri';
  if (lf !== -1 || head.length >= CRI_HEADER_MAX) return 'lines';
  return /^[^ ]{0,35}(?: [a-z]{0,6}(?: [FP]?)?)?$/.test(line) ? 'undecided' : 'lines';
}

function sniffDocker(head: Buffer, final: boolean): Sniffed {
  const opens = head.toString('latin1', 0, Math.min(head.length, DOCKER_OPENS.length));
  if (!DOCKER_OPENS.startsWith(opens)) return 'lines';
  const lf = head.indexOf(LF);
  if (lf === -1) return final || head.length > DOCKER_LINE_MAX ? 'lines' : 'undecided';
  const line = head.toString('latin1', 0, lf);
  return /"stream":"std(?:out|err)"/.test(line) && /"time":"\d{4}-/.test(line) ? 'docker' : 'lines';
}
