import type { SeenEvent, Ui } from '../../ui/index.js';
import { createUi } from '../../ui/index.js';

/** Shows how a run is finished, under its own head; of what its journal held already it only takes titles and names. */
export async function resumedUi(past: readonly SeenEvent[]): Promise<Ui> {
  let shows = true;
  const ui = await createUi('plain', { write: (text) => shows && process.stderr.write(text) });
  for (const event of past) {
    shows = event.type === 'run_planned';
    ui.event(event);
  }
  shows = true;
  return ui;
}
