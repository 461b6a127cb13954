import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { updateProfile, type UpdateProfileDto } from '#sdk';
import { personClient } from '../api/clients.js';
import { describeForm } from '../api/problems.js';
import { meQuery } from '../api/queries.js';
import { notify } from '../components/notices.js';
import { Button } from '../components/ui/button.js';
import { Field, FormFault } from '../components/ui/field.js';
import { Input, Select } from '../components/ui/input.js';
import { LANGUAGES } from '../i18n/messages.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
import { LANGUAGE_NAMES } from '../shell/language-names.js';
import { Section } from './section.js';

type Profile = Required<Pick<UpdateProfileDto, 'name' | 'locale'>>;

/** What somebody is called, and the language in which they are written to. */
export function ProfileSection() {
  const t = useMessages();
  const queryClient = useQueryClient();
  const { user } = useWorkspace();
  const { register, handleSubmit, formState } = useForm<Profile>({
    values: { name: user.name, locale: user.locale === 'en' ? 'en' : 'pt-BR' },
  });
  const saving = useMutation({
    mutationFn: (body: Profile) => updateProfile({ client: personClient, body, throwOnError: true }),
    onSuccess: async () => {
      await queryClient.invalidateQueries(meQuery);
      notify(t('account.profileSaved'));
    },
  });
  const problem = describeForm(t, saving.error, ['name', 'locale']);
  const error = (field: keyof Profile) => formState.errors[field]?.message ?? problem.at(field);
  return (
    <Section title={t('account.profile')}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => void handleSubmit((body) => saving.mutate(body))(event)}
      >
        <Field label={t('auth.name')} error={error('name')}>
          {(control) => (
            <Input
              {...control}
              autoComplete="name"
              maxLength={120}
              {...register('name', { validate: (name) => name.trim() !== '' || t('field.required') })}
            />
          )}
        </Field>
        <Field label={t('account.mailLanguage')} error={error('locale')}>
          {(control) => (
            <Select {...control} {...register('locale')}>
              {LANGUAGES.map((language) => (
                <option key={language} value={language} lang={language}>
                  {LANGUAGE_NAMES[language]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <FormFault>{problem.below}</FormFault>
        <Button type="submit" className="self-start" disabled={saving.isPending || !formState.isDirty}>
          {t('action.save')}
        </Button>
      </form>
    </Section>
  );
}
