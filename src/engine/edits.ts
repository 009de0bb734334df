/** Takes what a redactor decided, in absolute offsets of its input stream. */
export interface EditSink {
  /**
   * Input bytes `[start, end)` become `bytes` (valid during the call only; empty where a long finding goes on).
   * Calls come in ascending order and do not overlap.
   */
  replace(start: number, end: number, bytes: Uint8Array): void;
  /** Every input byte before `offset` is decided: those not replaced pass as they are. */
  decided(offset: number): void;
}
