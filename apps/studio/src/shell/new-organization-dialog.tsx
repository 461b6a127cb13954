import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { createOrganization } from '#sdk';
import { personClient } from '../api/clients.js';
import { describeForm } from '../api/problems.js';
import { meQuery } from '../api/queries.js';
import { Button } from '../components/ui/button.js';
import { Dialog } from '../components/ui/dialog.js';
import { Field, FormFault } from '../components/ui/field.js';
import { Input } from '../components/ui/input.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from './workspace.js';

export default function NewOrganizationDialog({ onClose }: { onClose: () => void }) {
  const t = useMessages();
  const queryClient = useQueryClient();
  const { switchTo } = useWorkspace();
  const { register, handleSubmit, formState } = useForm({ defaultValues: { name: '' } });
  const creation = useMutation({
    mutationFn: async (name: string) => {
      const { data } = await createOrganization({ client: personClient, body: { name }, throwOnError: true });
      await queryClient.invalidateQueries(meQuery);
      return data;
    },
    onSuccess: (organization) => {
      switchTo(organization.id);
      onClose();
    },
  });
  const problem = describeForm(t, creation.error, ['name']);
  return (
    <Dialog open onOpenChange={onClose} title={t('organization.new')} description={t('organization.newText')}>
      <form
        noValidate
        className="flex flex-col gap-5"
        onSubmit={(event) => void handleSubmit(({ name }) => creation.mutate(name))(event)}
      >
        <Field label={t('organization.name')} error={formState.errors.name?.message ?? problem.at('name')}>
          {(control) => (
            <Input
              {...control}
              autoComplete="organization"
              maxLength={120}
              {...register('name', { validate: (name) => name.trim() !== '' || t('field.required') })}
            />
          )}
        </Field>
        <FormFault>{problem.below}</FormFault>
        <Button type="submit" variant="primary" disabled={creation.isPending}>
          {t('organization.create')}
        </Button>
      </form>
    </Dialog>
  );
}
