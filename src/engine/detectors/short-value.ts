import type { Secret } from '../secret.ts';
import type { Detector } from './detector.ts';

export function shortValueDetector(_secret: Secret): Detector | null {
  return null;
}
