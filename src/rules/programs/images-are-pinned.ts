import { showTemplate } from '../../model/template.js';
import { argument, isName } from '../kinds.js';
import type { Finding, Rule } from '../rule.js';

/** An image by its digest: a tag names something else tomorrow. */
export const imagesArePinned: Rule = {
  name: 'images-are-pinned',
  check({ runbook, places, locate, report }) {
    for (const [name, { postgres }] of Object.entries(runbook.targets)) {
      if (postgres.via !== 'sandbox' || postgres.image === undefined) continue;
      const image = showTemplate(postgres.image);
      if (isUnpinned(image))
        report(finding(image, locate(['targets', name, 'postgres', 'sandbox', 'image'])));
    }
    for (const { action, path } of places.actions) {
      if (!action.kind.startsWith('docker.')) continue;
      const image = argument(showTemplate(action.args), 'image');
      if (isUnpinned(image)) report(finding(image, locate([...path, action.kind, 'image'])));
    }
  },
};

/** What an expression yields is a constant or a param: the runner refuses there what isn't pinned. */
const isUnpinned = (image: unknown): image is string =>
  typeof image === 'string' && isName(image) && !/(?:^|@)sha256:[0-9a-f]{64}$/.test(image);

const finding = (image: string, at: Finding['at']): Finding => ({
  code: 'GB2710',
  message: `${image} isn't pinned`,
  at,
  reason: 'a tag can name another image tomorrow',
  fix: 'name it by digest: NAME@sha256:…, or by the id of an image that is here: sha256:…',
});
