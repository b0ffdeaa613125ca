import { withoutNamespace } from '../../adapters/process/containment.js';
import type { Containment } from '../../adapters/process/containment.js';
import { isInner, receiveSignals } from '../../adapters/process/outer.js';
import { enter } from '../start/enter.js';
import { problemText, tell } from '../io.js';
import { Stopper } from './stopper.js';

/**
 * Does the work with the strongest containment that the machine gives. In a PID namespace this process is only
 * the outer one: it waits for the inner, which comes through here again.
 */
export async function contained(
  work: (containment: Containment, stopper: Stopper) => Promise<number>,
): Promise<number> {
  const entered = await enter();
  if (!entered.ok) return tell(problemText(entered.error), 4);
  if (entered.value !== null) return entered.value;
  const containment = isInner() ? 'pid-namespace' : await withoutNamespace();
  const stopper = new Stopper();
  const signals = await receiveSignals((signal) => stopper.signal(signal));
  try {
    return await work(containment, stopper);
  } finally {
    signals.stop();
  }
}
