/** A detector broke while it ran; the bytes it looked at are undecided. Holds none of them. */
export class DetectorFault extends Error {
  readonly code = 'E_DETECTOR_FAULT';
  readonly detector: string;

  constructor(detector: string, what: string) {
    super(
      `detector ${detector}: ${what}; the record counts as a fault, the detector is rebuilt for the next one`,
    );
    this.name = 'DetectorFault';
    this.detector = detector;
  }
}
