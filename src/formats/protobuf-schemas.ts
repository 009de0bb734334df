import type { Schema } from './protobuf.ts';

// opentelemetry-proto: common/v1/common.proto, resource.proto, logs/v1/logs.proto. Trace and span ids are no texts.
const anyValue: Schema = {
  texts: [1, 7],
  messages: {
    5: () => ({ messages: { 1: () => anyValue } }),
    6: () => ({ messages: { 1: () => keyValue } }),
  },
};
const keyValue: Schema = { key: 1, messages: { 2: () => anyValue } };
const entityRef: Schema = { texts: [1, 2, 3, 4] };
const resource: Schema = { messages: { 1: () => keyValue, 3: () => entityRef } };
const scope: Schema = { texts: [1, 2], messages: { 3: () => keyValue } };
const logRecord: Schema = { texts: [3, 12], messages: { 5: () => anyValue, 6: () => keyValue } };
const scopeLogs: Schema = { texts: [3], messages: { 1: () => scope, 2: () => logRecord } };
const resourceLogs: Schema = { texts: [3], messages: { 1: () => resource, 2: () => scopeLogs } };

/** ExportLogsServiceRequest. */
export const OTLP_LOGS: Schema = { messages: { 1: () => resourceLogs } };

/** ExportLogsServiceResponse (partial_success = 1) and google.rpc.Status (message = 2): an answer may be either. */
export const OTLP_ANSWER: Schema = { texts: [2], messages: { 1: () => ({ texts: [2] }) } };

// Loki, pkg/push/push.proto.
const labelPair: Schema = { key: 1, texts: [2] };
/** structuredMetadata, and what a pipeline parsed out of the line. */
const entry: Schema = { texts: [2], messages: { 3: () => labelPair, 4: () => labelPair } };

/** PushRequest. */
export const LOKI_PUSH: Schema = { messages: { 1: () => ({ texts: [1], messages: { 2: () => entry } }) } };
