'use client';
import { CircleCheck, CircleX, TriangleAlert } from 'lucide';
import { useTranslations } from 'next-intl';
import type { HostCheck } from '../../_lib/trpc.ts';
import { CopyField } from '../../_ui/copy-field.tsx';
import { StateChip } from '../../_ui/state-chip.tsx';
import { CheckName, checkValues, mendKey } from '../home/host-check.tsx';

/** What is missing first, then what is in order; under a fault the command that mends it, to copy. */
export function CheckList({ checks }: { checks: readonly HostCheck[] }) {
  const weight = ({ ok, severity }: HostCheck) => (ok ? 2 : severity === 'warning' ? 1 : 0);
  const sorted = checks.toSorted((a, b) => weight(a) - weight(b));
  return (
    <ul>
      {sorted.map((check) => (
        // Two chains of the firewall may have the same fault.
        <li
          key={`${check.code} ${check.message}`}
          className="grid grid-cols-[110px_minmax(0,1fr)] gap-x-4 gap-y-1.5 border-hairline border-t px-4 py-2 text-table first:border-t-0 max-md:grid-cols-[minmax(0,1fr)_auto] max-md:px-3"
        >
          <div className="max-md:order-last">
            <Chip check={check} />
          </div>
          <div className="flex min-w-0 flex-col gap-1.5">
            <p className="grid grid-cols-[minmax(0,1fr)_minmax(0,2fr)] gap-x-4 [overflow-wrap:anywhere] max-lg:grid-cols-1">
              <span className="font-medium">
                <CheckName code={check.code} />
              </span>
              <span className="text-muted">
                <Sentence check={check} />
              </span>
            </p>
            {!check.ok && check.fix !== undefined && <Mend check={check} fix={check.fix} />}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Chip({ check: { ok, severity } }: { check: HostCheck }) {
  const t = useTranslations('host');
  if (ok)
    return (
      <StateChip icon={CircleCheck} tone="success" quiet>
        {t('good')}
      </StateChip>
    );
  return severity === 'warning' ? (
    <span>
      <StateChip icon={TriangleAlert} tone="warning" quiet={false}>
        {t('warning')}
      </StateChip>
    </span>
  ) : (
    <span>
      <StateChip icon={CircleX} tone="danger" quiet={false}>
        {t('error')}
      </StateChip>
    </span>
  );
}

function Sentence({ check }: { check: HostCheck }) {
  const { code, ok, message } = check;
  const good = useTranslations('hostCheck.good');
  const bad = useTranslations('hostCheck.bad');
  const values = checkValues(check);
  if (ok) return good.has(code) ? good(code as 'disk', values) : message;
  return bad.has(code) ? bad(code as 'disk', values) : message;
}

/** A command; where no command mends it, what to do. */
function Mend({ check, fix }: { check: HostCheck; fix: string }) {
  const t = useTranslations('hostCheck.mend');
  const key = mendKey(check);
  return t.has(key) ? <p>{t(key as 'disk')}</p> : <CopyField text={fix} />;
}
