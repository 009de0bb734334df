/** What is told of a JSON document besides its findings, and where detectors keep still. */
export interface DocumentOptions {
  /**
   * Keys, at any depth, in whose string or number detectors find nothing: a trace id looks like a token.
   * Known values are replaced there as everywhere. A value over `maxRecordBytes` is no id: not protected.
   */
  readonly protect: ReadonlySet<string>;
  /**
   * Top-level values alternate between action and source, as in Elasticsearch's `_bulk` (a `delete` has no
   * source): detectors find nothing in actions. From the first value that is not in step on, all are sources.
   */
  readonly bulk: boolean;
  /**
   * Paths from the top-level value, keys joined by dots, whose string values are told to `listener`. An array
   * counts for nothing: its elements stand under its own path. A key may hold dots itself.
   */
  readonly origin: readonly string[];
  /** Paths of objects, as in `origin`, whose end is told: parts of a top-level value that are records of their own. */
  readonly parts?: readonly string[];
  readonly listener?: DocumentListener;
}

export interface DocumentListener {
  /**
   * The string at path `origin[path]`, quotes included, which no finding meets.
   * @param bytes valid during the call only
   */
  field(path: number, bytes: Buffer, start: number, end: number): void;
  /** The object at `parts[part]` ended: all findings so far are in it or before it. */
  partEnd?(part: number): void;
  /**
   * A top-level value, or a line of broken JSON, ended: all findings so far are in it or in those before.
   * @param action it is an action of `_bulk`, and the next is its source
   */
  recordEnd(action: boolean): void;
}
