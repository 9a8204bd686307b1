// Reads alerts from files or stdin through intake: for `open` and `intake`. What cannot be read is said on stderr.
import type { Detection } from '../domain/detection/detection.schema.ts';
import type { Terminal } from './terminal.ts';

/** `whole`: there was nothing that could not be read. A file that is not there throws. */
export async function alertsIn(
  terminal: Terminal,
  files: readonly string[],
): Promise<{ detections: Detection[]; whole: boolean }> {
  const { readAlerts } = await import('../intake/read.ts');
  const detections: Detection[] = [];
  let whole = true;
  for (const file of files) {
    const reading = readAlerts(await terminal.read(file), { fileName: file === '-' ? 'stdin' : file });
    detections.push(...reading.detections);
    if (reading.refusal === undefined) continue;
    whole = false;
    const { reason, path } = reading.refusal;
    terminal.err(`custody: ${reason}${reason.includes(path) ? '' : ` (at ${path})`}`);
  }
  return { detections, whole };
}
