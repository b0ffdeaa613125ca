import { detectContainment } from '../adapters/process/containment.js';
import type { Containment } from '../adapters/process/containment.js';
import { enterNamespace, isInner, receiveSignals } from '../adapters/process/outer.js';
import { outerEnvironment } from '../adapters/process/own.js';
import { Stopper } from './stopper.js';

/**
 * Does the work with the strongest containment that the machine gives. In a PID namespace this process is only
 * the outer one: it waits for the inner, which comes through here again.
 */
export async function contained(
  work: (containment: Containment, stopper: Stopper) => Promise<number>,
): Promise<number> {
  const containment = await detectContainment();
  if (containment === 'pid-namespace' && !isInner()) {
    return enterNamespace(process.argv.slice(1), { ...process.env, ...(await outerEnvironment()) });
  }
  const stopper = new Stopper();
  const signals = await receiveSignals((signal) => stopper.signal(signal));
  try {
    return await work(containment, stopper);
  } finally {
    signals.stop();
  }
}
