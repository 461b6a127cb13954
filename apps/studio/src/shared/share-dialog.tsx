import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, Copy, ExternalLink } from 'lucide-react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { createShareLink } from '#sdk';
import { describeForm } from '../api/problems.js';
import { libraryKey } from '../api/queries.js';
import { Button, buttonStyle } from '../components/ui/button.js';
import { Dialog } from '../components/ui/dialog.js';
import { Field, FormFault } from '../components/ui/field.js';
import { Input, Select } from '../components/ui/input.js';
import { Switch } from '../components/ui/switch.js';
import { useMessages } from '../i18n/use-messages.js';
import type { MediaFile } from '../media/media-file.js';
import { useWorkspace } from '../shell/workspace.js';
import { copyText } from '../state/clipboard.js';

interface NewLink {
  title: string;
  days: string;
  showPrompts: boolean;
}

const DAYS = ['1', '7', '30'] as const;
const DAY_MS = 86_400_000;

/** A page for people without an account: made, and its link to copy. */
export default function ShareDialog({ files, onClose }: { files: readonly MediaFile[]; onClose: () => void }) {
  const t = useMessages();
  const queryClient = useQueryClient();
  const { organization, client } = useWorkspace();
  const { register, handleSubmit } = useForm<NewLink>({ defaultValues: { title: '', days: '7', showPrompts: false } });
  const sharing = useMutation({
    mutationFn: async ({ title, days, showPrompts }: NewLink) => {
      const expiresAt = days === '' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();
      const generationIds = files.map(({ id }) => id);
      const body = { title: title.trim(), expiresAt, showPrompts, generationIds };
      return (await createShareLink({ client, body, throwOnError: true })).data;
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: libraryKey(organization.id, 'share-links') }),
  });
  if (sharing.data) {
    return (
      <Dialog open onOpenChange={onClose} title={t('share.doneTitle')} description={t('share.doneText')}>
        <LinkToCopy url={sharing.data.url} />
      </Dialog>
    );
  }
  const problem = describeForm(t, sharing.error, ['title', 'expiresAt']);
  return (
    <Dialog open onOpenChange={onClose} title={t('share.title', { count: files.length })} description={t('share.text')}>
      <form
        noValidate
        className="flex flex-col gap-5"
        onSubmit={(event) => void handleSubmit((body) => sharing.mutate(body))(event)}
      >
        <Field label={t('share.name')} error={problem.at('title')}>
          {(control) => <Input {...control} autoComplete="off" maxLength={200} {...register('title')} />}
        </Field>
        <Field label={t('share.expiry')} error={problem.at('expiresAt')}>
          {(control) => (
            <Select {...control} {...register('days')}>
              {DAYS.map((days) => (
                <option key={days} value={days}>
                  {t('share.days', { count: Number(days) })}
                </option>
              ))}
              <option value="">{t('share.never')}</option>
            </Select>
          )}
        </Field>
        <label className="flex items-center justify-between gap-4">
          <span className="flex flex-col">
            <span className="text-base">{t('share.showPrompts')}</span>
            <span className="text-sm text-muted">{t('share.showPromptsText')}</span>
          </span>
          <Switch {...register('showPrompts')} />
        </label>
        <FormFault>{problem.below}</FormFault>
        <Button type="submit" variant="primary" disabled={sharing.isPending}>
          {t('share.create')}
        </Button>
      </form>
    </Dialog>
  );
}

function LinkToCopy({ url }: { url: string }) {
  const t = useMessages();
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    await copyText(url);
    setIsCopied(true);
  };
  return (
    <div className="flex flex-col gap-3">
      <Input readOnly value={url} aria-label={t('share.link')} onFocus={(event) => event.target.select()} />
      <div className="flex gap-2">
        <Button variant="primary" className="flex-1" onClick={() => void copy()}>
          {isCopied ? <Check aria-hidden /> : <Copy aria-hidden />}
          <span aria-live="polite">{t(isCopied ? 'action.copied' : 'share.copy')}</span>
        </Button>
        <a href={url} target="_blank" rel="noreferrer" className={buttonStyle({})}>
          <ExternalLink aria-hidden />
          {t('share.open')}
        </a>
      </div>
      <Link
        to="/library"
        search={{ tab: 'links' }}
        className="rounded-sm text-sm text-muted underline decoration-line-strong underline-offset-4 hover:text-ink"
      >
        {t('share.manage')}
      </Link>
    </div>
  );
}
