import type { Confidence } from './detector.ts';

/** What is known not to be a secret, looked at after the pattern has matched. */
export type Exception =
  /** The secret is this word, ASCII case aside. */
  | { readonly kind: 'word'; readonly word: string }
  /** The secret holds these characters. */
  | { readonly kind: 'contains'; readonly text: string }
  /** The whole secret matches, or the whole match with what stands round the secret in it. */
  | { readonly kind: 'pattern'; readonly pattern: string; readonly of?: 'secret' | 'match' }
  /** One of the lists in `exceptions.ts`. */
  | { readonly kind: 'list'; readonly list: string };

/** A detector as its file says it, with every choice made. */
export interface DetectorSpec {
  readonly provider: string;
  readonly id: string;
  readonly title: string;
  readonly references: readonly string[];
  readonly confidence: Confidence;
  /** `generic` knows a syntax and a name, `vendor` a credential's own shape. */
  readonly kind: 'vendor' | 'generic';
  /** `ours` run on our own machine, `re2` (users' own) on re2-wasm; see compile-own.ts of the config. */
  readonly engine: 'ours' | 're2';
  readonly keywords: readonly string[];
  readonly fold: boolean;
  readonly pattern: string;
  /** Bytes round the keyword; null: taken from the pattern. */
  readonly window: { readonly before: number; readonly after: number } | null;
  readonly multiline: boolean;
  /** Least Shannon bits per byte of the secret; 0: any. */
  readonly entropy: number;
  /** Name of a check, or null. */
  readonly check: string | null;
  /** A secret that fails the check is none. */
  readonly checkGates: boolean;
  readonly except: readonly Exception[];
  readonly mode: 'redact' | 'observe';
  /** Templates, see template.ts. */
  readonly examples: readonly string[];
  readonly counterexamples: readonly { readonly text: string; readonly why: string }[];
}

/** A detector that cannot be built: a mistake in its own data. */
export class DetectorSpecError extends Error {
  readonly code = 'E_DETECTOR_SPEC';
  readonly id: string;
  /** The field at fault. */
  readonly field: string;

  constructor(id: string, field: string, message: string) {
    super(`${id}: ${field}: ${message}`);
    this.name = 'DetectorSpecError';
    this.id = id;
    this.field = field;
  }
}
