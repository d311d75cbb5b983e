'use client';
import { CircleCheck, CircleX, X } from 'lucide';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { Toaster, toast } from 'sonner';
import { copyText } from '../_lib/clipboard.ts';
import { Icon } from './icon.tsx';
import { showToasts } from './toast.ts';

/**
 * Success of quick verbs, or the start of an operation: five seconds, longer while pointed at or focused. Errors stand at
 * their control; one that has none stays here until it is closed, and can be copied. F8 moves the focus here. They rise above the bar of a selection.
 */
export function ToastsPanel() {
  const t = useTranslations('ui');
  // After the effect in which the library begins to listen.
  useEffect(() => {
    showToasts(({ kind, text, options }) => {
      if (kind === 'success') return toast.success(<span role="status">{text}</span>, options);
      const copy = {
        label: t('copy'),
        onClick(event: { preventDefault: () => void }) {
          event.preventDefault();
          void copyText(text);
        },
      };
      return toast.error(<span role="alert">{text}</span>, {
        duration: Number.POSITIVE_INFINITY,
        action: copy,
        ...options,
      });
    });
  }, [t]);
  return (
    <Toaster
      position="bottom-right"
      visibleToasts={3}
      duration={5_000}
      expand
      gap={8}
      hotkey={['F8']}
      containerAriaLabel={t('notifications')}
      offset={{ bottom: 'max(72px, var(--bulk-bar, 0px) + 12px)', right: 16 }}
      mobileOffset={{ bottom: 'max(68px, var(--bulk-bar, 0px) + 12px)', left: 12, right: 12 }}
      icons={{
        success: <Icon icon={CircleCheck} className="text-success" />,
        error: <Icon icon={CircleX} className="text-danger" />,
        close: <Icon icon={X} size={14} />,
      }}
      toastOptions={{
        unstyled: true,
        closeButton: true,
        closeButtonAriaLabel: t('dismiss'),
        classNames: {
          toast:
            'flex w-[360px] max-w-full font-sans items-center gap-2.5 rounded-[10px] border border-line bg-raised py-1.5 pr-1.5 pl-3 text-table text-fg shadow-float',
          content: 'min-w-0 flex-1 py-1 [overflow-wrap:anywhere]',
          title: 'font-medium',
          actionButton:
            'flex-none rounded-control px-2 py-1 font-medium text-accent hover:bg-hover max-md:min-h-11 max-md:px-3',
          closeButton:
            'order-last flex size-7 flex-none items-center justify-center rounded-control text-faint hover:bg-hover hover:text-fg max-md:size-11',
        },
      }}
    />
  );
}
