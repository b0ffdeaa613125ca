import { DefaultRenderer, Listr, ListrDefaultRendererLogLevels, ListrLogger, ProcessOutput } from 'listr2';
import type { ListrTaskWrapper } from 'listr2';
import type { CommandEnd } from '../model/event.js';
import type { UiStream } from './ui.js';
import { widthOfScreen } from './width.js';

/** Commands that have not begun: how many of them are shown below the running one. */
const pendingShown = 5;

/** A list whose tasks are driven from outside: each waits until its command's end is known. */
export interface CommandList {
  readonly begin: (id: string) => void;
  /** The text of a task: its own line, and lines below it. */
  readonly show: (id: string, text: string) => void;
  readonly end: (id: string, state: CommandEnd) => void;
  readonly current: () => string | null;
  /** Settles what never ran, and draws the list a last time. */
  readonly finish: () => Promise<void>;
}

type Wrapper = ListrTaskWrapper<unknown, typeof CommandRenderer, typeof CommandRenderer>;
interface Item {
  readonly id: string;
  text: string;
  waiting: boolean;
  wrapper: Wrapper | null;
  readonly ended: Promise<CommandEnd>;
  readonly settle: (state: CommandEnd) => void;
}

/** Draws on the stream that it is given, terminal or not, and leaves lines as they were laid out. */
class CommandRenderer extends DefaultRenderer {
  static override nonTTY = true;
  /** How many tasks have not begun; set from outside since listr2 builds the renderer itself. */
  static pending: () => number = () => 0;

  protected override format(message: string, icon: string): string[] {
    return message.split('\n').map((text, index) => (index === 0 ? `${icon} ${text}` : text));
  }
  override create(options?: Parameters<DefaultRenderer['create']>[0]): string {
    const drawn = super.create(options);
    const hidden = CommandRenderer.pending() - pendingShown;
    if (hidden <= 0) return drawn;
    // Waiting commands are the last lines, one each; the running one must stay in sight.
    return [...drawn.split('\n').slice(0, -hidden), `  … ${hidden} more`].join('\n');
  }
}

export function startList(
  tasks: readonly { readonly id: string; readonly title: string }[],
  stream: UiStream,
  write: (text: string) => void,
): CommandList {
  const items = new Map(tasks.map(({ id, title }) => [id, newItem(id, title)]));
  let current: string | null = null;
  let over = false;
  CommandRenderer.pending = () => (over ? 0 : [...items.values()].filter((item) => item.waiting).length);

  // listr2 takes the `write` of the stream over while it draws, so it is given a stand-in of ours.
  const output = {
    ...stream,
    columns: widthOfScreen(stream),
    rows: stream.rows ?? 24,
    isTTY: true,
    write,
  } as unknown as NodeJS.WriteStream;
  const logger = new ListrLogger({
    useIcons: true,
    toStderr: [],
    processOutput: new ProcessOutput(output, output),
  });
  const list = new Listr<unknown, typeof CommandRenderer, typeof CommandRenderer>(
    [...items.values()].map((item) => ({ title: item.text, task: (_, wrapper) => runItem(item, wrapper) })),
    {
      concurrent: false,
      exitOnError: false,
      registerSignalListeners: false,
      renderer: CommandRenderer,
      fallbackRenderer: CommandRenderer,
      rendererOptions: {
        logger,
        showErrorMessage: false,
        showSkipMessage: false,
        icon: { [ListrDefaultRendererLogLevels.WAITING]: ' ' },
      },
    },
  );
  const done = list.run().then(
    () => undefined,
    () => undefined,
  );

  return {
    begin(id) {
      current = id;
      const item = items.get(id);
      if (item !== undefined) item.waiting = false;
      settleBefore(items, id);
    },
    show(id, text) {
      const item = items.get(id);
      if (item === undefined) return;
      item.text = text;
      if (item.wrapper !== null) item.wrapper.title = text;
    },
    end(id, state) {
      items.get(id)?.settle(state);
    },
    current: () => current,
    async finish() {
      over = true;
      for (const item of items.values()) item.settle('not_run');
      await done;
    },
  };
}

function newItem(id: string, text: string): Item {
  let resolve: (state: CommandEnd) => void = () => undefined;
  const ended = new Promise<CommandEnd>((settled) => {
    resolve = settled;
  });
  const item: Item = {
    id,
    text,
    waiting: true,
    wrapper: null,
    ended,
    settle(state) {
      item.waiting = false;
      resolve(state);
    },
  };
  return item;
}

/** The list goes in order: what stands before a command that has begun and did not run will not run any more. */
function settleBefore(items: ReadonlyMap<string, Item>, id: string): void {
  for (const item of items.values()) {
    if (item.id === id) return;
    item.settle('not_run');
  }
}

class CommandDidNotPass extends Error {}

async function runItem(item: Item, wrapper: Wrapper): Promise<void> {
  item.wrapper = wrapper;
  wrapper.title = item.text;
  const state = await item.ended;
  wrapper.title = item.text;
  switch (state) {
    case 'passed':
      return;
    case 'skipped':
    case 'not_run':
      wrapper.skip(item.text);
      return;
    case 'failed':
    case 'error':
    case 'cancelled':
    case 'unknown':
      throw new CommandDidNotPass(item.text);
  }
}
