'use client';
import { useTranslations } from 'next-intl';
import type { RefObject } from 'react';
import type { Operation } from '../../_lib/trpc.ts';
import { ButtonPopover } from '../../_ui/button-popover.tsx';
import { Link } from '../../_ui/link.tsx';
import { OperationRow } from '../activity/operation-row.tsx';
import { isActive } from '../activity/operation-state.ts';

/** The open tray. */
export function OperationsPanel({
  operations,
  button,
  onClose,
}: {
  operations: readonly Operation[];
  button: RefObject<HTMLElement | null>;
  onClose: () => void;
}) {
  const t = useTranslations('tray');
  const running = operations.filter(isActive);
  const finished = operations.filter((operation) => !isActive(operation));
  return (
    <ButtonPopover
      label={t('label')}
      align="end"
      button={button}
      onClose={onClose}
      className="w-[400px] max-w-[calc(100vw-24px)] overflow-hidden rounded-[10px]"
    >
      <div className="flex h-11 items-center justify-between gap-2 border-hairline border-b px-4 max-md:px-3">
        <h2 className="font-semibold text-body">{t('label')}</h2>
        <Link href="/activity/operations" className="text-accent">
          {t('all')}
        </Link>
      </div>
      {operations.length === 0 && <p className="p-4 text-muted">{t('empty')}</p>}
      <div className="max-h-[60vh] overflow-auto">
        <ul>
          {running.map((operation) => (
            <OperationRow key={operation.id} operation={operation} />
          ))}
        </ul>
        {finished.length > 0 && (
          <h3 className="border-hairline border-y bg-canvas px-4 max-md:px-3 py-1.5 text-caption text-muted first:border-t-0">
            {t('finished')}
          </h3>
        )}
        <ul>
          {finished.map((operation) => (
            <OperationRow key={operation.id} operation={operation} />
          ))}
        </ul>
      </div>
    </ButtonPopover>
  );
}
