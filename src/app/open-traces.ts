import type { LoadedConfig } from '../config/load.ts';
import type { Clock } from '../ports.ts';
import type { SpanExport, SpanOptions } from '../telemetry/export-spans.ts';
import { version } from './version.ts';

/** Null without a collector to send to: then nothing of OpenTelemetry is even loaded. */
export async function openTraces(
  { config, secrets }: LoadedConfig,
  { clock, redact, warn }: { clock: Clock } & Pick<SpanOptions, 'redact' | 'warn'>,
): Promise<SpanExport | null> {
  const { otlpEndpoint: endpoint, serviceName } = config.telemetry;
  if (endpoint === undefined) return null;
  const { exportSpans } = await import('../telemetry/export-spans.ts');
  const headers = secrets.OTEL_EXPORTER_OTLP_HEADERS ?? null;
  return exportSpans({ endpoint, serviceName, version, headers, now: () => clock.now(), redact, warn });
}
