import { SAW_AMPERSAND, SAW_ESC, SAW_PERCENT } from '../kernel/kernel.ts';
import { decodeEntities } from './entities.ts';
import { decodeEscapes, hideControls } from './escape.ts';
import { SAW_ESCAPE } from './openers.ts';
import { decodePercent } from './percent.ts';
import { type Decoder, View } from './view.ts';
import { foldWhitespace } from './whitespace.ts';

/** One view: its code in `VIEW_NAMES`, how it is made, what its source must hold, and the views made of it. */
export interface ViewNode {
  readonly code: number;
  readonly decode: Decoder;
  /** SAW_* bits; 0: it is made of any bytes. */
  readonly trigger: number;
  /** What the children's source must hold, besides its own. */
  readonly inside: number;
  readonly children: readonly ViewNode[];
  readonly view: View;
}

function node(code: number, decode: Decoder, trigger: number, children: ViewNode[] = []): ViewNode {
  const inside = children.reduce((bits, child) => bits | child.trigger, 0) & ~trigger;
  return { code, decode, trigger, inside, children, view: new View() };
}

/** The view of a node and those of all below it. */
export function allViews(at: ViewNode): View[] {
  return [at.view, ...at.children.flatMap(allViews)];
}

/**
 * The views that are tried, codes as in `VIEW_NAMES`: four levels of escapes (a JSON string, JSON in it, JSON in
 * that, and a value that was escaped itself), two of percent-encoding, references, and at each level of escapes
 * what stands inside them: an URL or a coloured line in JSON in JSON is as common as one in JSON.
 * @param whitespace with those in which white space is folded
 */
export function viewTree(whitespace: boolean): ViewNode[] {
  const folded = (code: number) => (whitespace ? [node(code, foldWhitespace, 0)] : []);
  const inside = () => [
    node(7, decodePercent, SAW_PERCENT, [node(7, decodePercent, SAW_PERCENT)]),
    node(8, decodeEntities, SAW_AMPERSAND),
    node(12, hideControls, SAW_ESC),
    ...folded(10),
  ];
  const fourTimes = node(13, decodeEscapes, SAW_ESCAPE);
  const thrice = node(3, decodeEscapes, SAW_ESCAPE, [fourTimes, ...inside()]);
  const twice = node(2, decodeEscapes, SAW_ESCAPE, [thrice, ...inside()]);
  // The first come first: what a keyword looks at in one of these is asked when the pieces of the last are chosen.
  return [
    node(11, hideControls, SAW_ESC),
    node(4, decodePercent, SAW_PERCENT, [node(5, decodePercent, SAW_PERCENT)]),
    node(6, decodeEntities, SAW_AMPERSAND),
    node(1, decodeEscapes, SAW_ESCAPE, [twice, ...inside()]),
    ...folded(9),
  ];
}
