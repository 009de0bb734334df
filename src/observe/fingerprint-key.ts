import { readFile } from 'node:fs/promises';

// An import of node:crypto would ask for all it exports, WebCrypto too: 10 ms of every start.
const { createHmac, randomBytes } = process.getBuiltinModule('node:crypto');

/** A shorter key can be guessed, and with it what a pseudonym or fingerprint stands for. */
export const MIN_KEY_BYTES = 16;

/** The key of pseudonyms and fingerprints, and a name that tells it from the next one. */
export interface FingerprintKey {
  readonly bytes: Uint8Array;
  /** 8 hex digits derived from the key; says nothing about it. */
  readonly id: string;
}

/** The key file cannot be used; the message says why and what to do. */
export class KeyFileError extends Error {
  readonly code = 'E_KEY_FILE';
}

/**
 * Reads the key file, or draws a key for this run.
 * @throws KeyFileError when the file cannot be read or holds less than MIN_KEY_BYTES bytes
 */
export async function loadFingerprintKey(file: string | null): Promise<FingerprintKey> {
  return named(file === null ? randomBytes(32) : await readKey(file));
}

async function readKey(file: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new KeyFileError(`cannot be read (${code}); make one with: head -c 32 /dev/urandom > key`);
  }
  if (bytes.length < MIN_KEY_BYTES) {
    throw new KeyFileError(
      `holds ${bytes.length} bytes, ${MIN_KEY_BYTES} are needed; make one with: head -c 32 /dev/urandom > key`,
    );
  }
  return bytes;
}

function named(bytes: Uint8Array): FingerprintKey {
  return { bytes, id: createHmac('sha256', bytes).update('unleak key id').digest('hex').slice(0, 8) };
}
