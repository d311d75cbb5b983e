'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '../../_lib/trpc.ts';
import { Card } from '../../_ui/card.tsx';
import { CopyButton } from '../../_ui/copy-field.tsx';
import { SelectField, TextField } from '../../_ui/field.tsx';
import { ErrorNote } from '../../_ui/states.tsx';

/** Whether a port is free, who has it when not, and free ones beside it. */
export function FreePort() {
  const t = useTranslations('ports');
  const te = useTranslations('error');
  const [text, setText] = useState('8080');
  const [protocol, setProtocol] = useState<'tcp' | 'udp'>('tcp');
  const near = Number(text);
  const valid = /^\d{1,5}$/.test(text) && near >= 1 && near <= 65_535;
  const { data, error, isPlaceholderData, refetch } = useQuery(
    useTRPC().networks.freePorts.queryOptions(
      { near, protocol },
      { enabled: valid, placeholderData: keepPreviousData },
    ),
  );
  return (
    <Card title={t('freeTitle')}>
      <div className="flex flex-wrap items-end gap-3">
        <div className="w-32">
          <TextField
            label={t('near')}
            mono
            inputMode="numeric"
            value={text}
            error={text !== '' && !valid ? te('port_range') : undefined}
            onChange={(event) => setText(event.target.value.trim())}
          />
        </div>
        <div className="w-24">
          <SelectField
            label={t('protocol')}
            value={protocol}
            onChange={(event) => setProtocol(event.target.value === 'udp' ? 'udp' : 'tcp')}
            options={[
              { value: 'tcp', label: 'tcp' },
              { value: 'udp', label: 'udp' },
            ]}
          />
        </div>
        {error !== null && data === undefined && <ErrorNote error={error} onRetry={() => void refetch()} />}
        {valid && data !== undefined && !isPlaceholderData && (
          <div role="status" className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1 text-table">
            <span>
              {data.holder === undefined
                ? t('isFree', { port: text })
                : data.holder.kind === 'container'
                  ? t('isUsedBy', { port: text, name: data.holder.name })
                  : t('isUsedByHost', { port: text })}
            </span>
            <ul className="flex flex-wrap gap-1 max-md:grid max-md:grid-cols-2">
              {data.ports.map((port) => (
                <li
                  key={port}
                  className="flex items-center justify-between gap-0.5 rounded-chip border border-line pl-2 font-mono text-mono tabular-nums"
                >
                  {port}
                  <CopyButton text={String(port)} label={t('copyPort', { port: String(port) })} />
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Card>
  );
}
