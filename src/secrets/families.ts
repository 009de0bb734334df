import type { SecretOrigin } from '../engine/secret.ts';
import { Secret } from '../engine/secret.ts';
import { decompose } from './decompose/index.ts';
import { guard } from './guard.ts';
import { notSecretReason } from './not-secret.ts';
import type { Use } from './secret-set.ts';

interface GivenValue {
  readonly origin: SecretOrigin;
  readonly bytes: Uint8Array;
}

/** One value, the whole or a part, with the guard's word on it. */
export interface Guarded {
  readonly origin: SecretOrigin;
  /** Null when it is not matched; its bytes are wiped then. */
  readonly secret: Secret | null;
  readonly length: number;
  readonly use: Use;
  readonly reason: string;
}

/** A loaded value and its parts as Secrets, each judged. Takes the loaded bytes and wipes them. */
export function takeFamily({ origin, bytes }: GivenValue, minBytes: number): Guarded[] {
  const length = bytes.length;
  const reason = notSecretReason(origin.key, bytes);
  if (reason !== null) {
    bytes.fill(0);
    return [{ origin, secret: null, length, use: 'none', reason }];
  }
  const family = takeApart(origin, bytes);
  bytes.fill(0);
  return family.map((secret) => {
    const verdict = guard(secret, minBytes);
    const judged = { origin: secret.origin, length: secret.length, use: verdict.use, reason: verdict.reason };
    if (verdict.use !== 'none') return { ...judged, secret };
    secret.wipe();
    return { ...judged, secret: null };
  });
}

/** A fault in a parser must not leave the whole value unknown. */
function takeApart(origin: SecretOrigin, bytes: Uint8Array): Secret[] {
  try {
    return decompose(origin, bytes);
  } catch {
    return [new Secret(origin, bytes)];
  }
}
