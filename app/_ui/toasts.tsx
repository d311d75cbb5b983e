'use client';
import { useTranslations } from 'next-intl';
import { Toaster } from 'sonner';

/** Success of quick verbs, or the start of an operation; errors stand at their control. F8 moves the focus here. */
export function Toasts() {
  const t = useTranslations('ui');
  return (
    <Toaster
      position="bottom-right"
      visibleToasts={3}
      duration={5_000}
      hotkey={['F8']}
      containerAriaLabel={t('notifications')}
      offset={{ bottom: 72, right: 16 }}
      mobileOffset={{ bottom: 68, left: 12, right: 12 }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-[360px] max-w-full items-center gap-2.5 rounded-[10px] border border-line bg-raised px-3 py-2.5 text-table text-fg shadow-float',
          actionButton: 'ml-auto rounded-control border border-line px-2 py-1 font-medium hover:bg-hover',
        },
      }}
    />
  );
}
