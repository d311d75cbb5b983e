import { ArrowUpRight, Copy, Ellipsis, ListChecks, Play, RotateCw, X } from 'lucide';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { copyText } from '../../_lib/clipboard.ts';
import type { Operation } from '../../_lib/trpc.ts';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Menu, MenuItem, MenuLine } from '../../_ui/menu.tsx';
import { toast } from '../../_ui/toast.ts';
import { useCan } from '../shell/use-me.ts';
import { useCancel } from './cancel-operation.tsx';
import { objectHref } from './object-link.tsx';
import { imageToRun } from './operation-outcome.tsx';
import { useRetry } from './retry-operation.tsx';
import { runHref } from './run-image.tsx';

/** The menu of a row: what can be done with an operation, and the way to its object. */
export function OperationMenu({ operation }: { operation: Operation }) {
  const t = useTranslations('tray');
  const label = t('actionsOf', { name: operation.object?.name ?? operation.kind });
  return (
    <Menu trigger={<IconButton icon={Ellipsis} label={label} />} label={label}>
      <Items operation={operation} />
    </Menu>
  );
}

/** Made when the menu opens: a list of many rows asks for none of this before. */
function Items({ operation }: { operation: Operation }) {
  const t = useTranslations('tray');
  const ui = useTranslations('ui');
  const router = useRouter();
  const can = useCan();
  const cancelling = useCancel(operation);
  const again = useRetry(operation);
  const image = imageToRun(operation);
  const object = operation.object === undefined ? undefined : objectHref(operation.object);
  return (
    <>
      <MenuItem icon={X} writes disabled={!cancelling.offered || cancelling.isPending} onSelect={cancelling.cancel}>
        {t('cancelShort')}
      </MenuItem>
      <MenuItem icon={RotateCw} writes disabled={!again.offered || again.isPending} onSelect={() => again.retry()}>
        {t('retry')}
      </MenuItem>
      <MenuLine />
      <MenuItem icon={ListChecks} onSelect={() => router.push(`/activity/operations/${operation.id}`)}>
        {t('openOperation')}
      </MenuItem>
      <MenuItem icon={ArrowUpRight} disabled={object === undefined} onSelect={() => router.push(object ?? '')}>
        {t('openObject')}
      </MenuItem>
      {image !== undefined && can('container:create') && (
        <MenuItem icon={Play} onSelect={() => router.push(runHref(image))}>
          {t('runImage')}
        </MenuItem>
      )}
      <MenuItem
        icon={Copy}
        onSelect={() => void copyText(operation.id).then((done) => done && toast.success(ui('copied')))}
      >
        {t('copyId')}
      </MenuItem>
    </>
  );
}
