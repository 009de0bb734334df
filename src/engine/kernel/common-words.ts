/**
 * Words that logs of every kind are full of. A keyword's window should not be a piece of one (`serv`,
 * `acce`, `pass`): it would pass the hash without being the keyword. Only speed hangs on this list.
 */
const COMMON_WORDS = `
 accept access account action address admin agent allocat api application argument assert async attempt audit
 auth authentication available backend background batch begin block boot broker browser bucket buffer
 build bytes cache call cancel certificate change channel charset check class client close cluster code column command
 commit complete component compress config connect connection consumer container content context control controller
 count cpu create credential current customer daemon data database date debug default delete deploy device
 digest direct disabled disconnect disk dispatch domain driver duration elapsed enabled encod endpoint engine entity
 entry env error event exception exec executor exit expired expression fail failed failure fallback feature fetch field
 file filter finish flag folder format found frame from function gateway generat group handle handler header health
 hint host html http https identifier idle image index info information ingress init input instance interface internal
 interval invalid invocation issue item iteration java lang javax job join kernel key kube kubernetes label
 lambda latency lease length level library limit linux list listen load local localhost lock log login manager
 mapping master match memory message method metric migrat missing mobile mode model module monitor mount name namespace
 native network node notification null number object observe offset open operation operator order organization
 org apache origin output package page param parent parse part partition pass password path pattern payload
 pending percent performance permission pipeline pod pool port position postgres prepare previous primary print process
 processor produce product profile project property protocol provider proxy publish query queue rate read ready reason
 receive record redirect redis refresh region register release reload remote remove render repair repeat replica report
 repository request require reset resource response restart restore result retry return root route row rule run runtime
 scale schedule schema scope script search second secret section security segment select send sequence series server
 service servlet session set setup shard share shutdown signal site size skip slow snapshot socket source space span
 springframework stack stage start state status step stop storage store stream string subject submit
 subscription success suspend switch sync system table tag target task template temp tenant terminate test text thread
 throttle throw time timeout timestamp token topic total trace transaction transfer transport trigger type unable
 unknown update upgrade upload upstream user util uuid valid validat value verify version view virtual volume wait warn
 watch web window worker workspace write zone level info msg GET POST HTTP Mozilla AppleWebKit
 Chrome Safari Gecko application json text html utf true false
`;

/** How many of the words hold each piece. Made when first asked for: the windows of built-in keywords are chosen at build time. */
let pieces: Map<string, number> | null = null;

function commonPieces(): Map<string, number> {
  const found = new Map<string, number>();
  // Not across two of them: the list's order means nothing. With the very characters between words where they are known.
  const words = plain(COMMON_WORDS)
    .split(/ +/)
    .map((word) => ` ${word} `);
  for (const text of [...words, 'http://', 'https://', 'ftp://'])
    for (const piece of piecesOf(text)) found.set(piece, (found.get(piece) ?? 0) + 1);
  return found;
}

/** Tells for each offset in `text` how many common words hold the four characters there; joints count as blanks. */
export function commonIn(text: string): (offset: number) => number {
  pieces ??= commonPieces();
  const known = pieces;
  const spelled = plain(text);
  return (offset) =>
    (known.get(spelled.slice(offset, offset + 4)) ?? 0) + (known.get(text.slice(offset, offset + 4)) ?? 0);
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, ' ');
}

function piecesOf(text: string): Set<string> {
  const found = new Set<string>();
  for (let at = 0; at + 4 <= text.length; at++) found.add(text.slice(at, at + 4));
  return found;
}
