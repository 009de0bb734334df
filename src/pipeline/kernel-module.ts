import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { KernelModule } from '../engine/kernel/wasm.ts';

declare const WebAssembly: { readonly Module: new (bytes: Uint8Array) => KernelModule };

/** Beside the compiled files; under a test runner this file stands in src/ and the build in dist/. */
const PLACES = ['../engine/kernel/kernel.wasm', '../../dist/engine/kernel/kernel.wasm'];

let compiled: KernelModule | undefined;

/** The kernel was not built, or its file did not come with the package. */
export class KernelMissingError extends Error {
  readonly code = 'E_KERNEL_MISSING';

  constructor() {
    super(
      'kernel.wasm is not beside the compiled files; nothing was read. Run `npm run build`, or reinstall.',
    );
  }
}

/**
 * The kernel's WebAssembly, compiled once a process (about 1 ms), for `createWasmKernel`.
 * @throws KernelMissingError if the build has not written it
 */
export function loadKernelModule(): KernelModule {
  if (compiled === undefined) {
    const path = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(existsSync);
    if (path === undefined) throw new KernelMissingError();
    compiled = new WebAssembly.Module(readFileSync(path));
  }
  return compiled;
}
