/** The config words of `--route`; each is a file in `proxy/` too. */
export const PROTOCOLS = ['splunk-hec', 'elasticsearch', 'loki', 'otlp', 'forward', 'syslog'] as const;
export type Protocol = (typeof PROTOCOLS)[number];
