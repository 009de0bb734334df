import { readLabels } from './loki-labels.ts';
import type { Said } from './origin-guard.ts';
import { lengthDelimited } from './protobuf.ts';
import { textOf } from './text-of.ts';

/** What one top-level element of a message says of its origin. */
export type ReadSaid = (element: Uint8Array) => readonly Said[];

/** Attributes of an OTLP resource that say where its records come from (semantic conventions, "Kubernetes"). */
export const ORIGIN_ATTRIBUTES: ReadonlySet<string> = new Set([
  'k8s.namespace.name',
  'k8s.pod.name',
  'k8s.container.name',
]);

/** Of a `resource_logs` element: resource (1), attributes (1), key (1) and value (2), string_value (1). */
export function readResource(element: Uint8Array): Said[] {
  const said: Said[] = [];
  for (const logs of lengthDelimited(element, 1))
    for (const resource of lengthDelimited(logs, 1))
      for (const attribute of lengthDelimited(resource, 1)) {
        const key = textOf(lengthDelimited(attribute, 1).at(-1));
        if (!ORIGIN_ATTRIBUTES.has(key)) continue;
        for (const value of lengthDelimited(attribute, 2))
          said.push([key, textOf(lengthDelimited(value, 1)[0])]);
      }
  return said;
}

/** Of a `streams` element: labels (1). */
export function readStream(element: Uint8Array): Said[] {
  return lengthDelimited(element, 1).flatMap((stream) => readLabels(textOf(lengthDelimited(stream, 1)[0])));
}
