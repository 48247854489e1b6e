import { api } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { may } from '../../me';
import { ErrorNote, faults, Loading, toast } from '../../parts';
import { ifMatch, overtaken, type Tagged, tagged } from '../admin/tagged';
import { known, words } from '../admin/words';
import { SchemaForm } from './SchemaForm';
import type { Schema } from './schema';

interface GroupProps {
  name: string;
  title: string;
  schema: unknown;
}

/** One group of settings under its heading. */
export function Group({ name, title, schema }: GroupProps) {
  const id = `settings-${name}`;
  const query = useQuery({
    queryKey: ['settings', name],
    queryFn: () => tagged(api.GET('/api/v1/settings/{name}', { params: { path: { name } } })),
  });
  return (
    <section className="card section" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>{known('settings.group', name) ? words('settings.group', name) : title}</h2>
        {known('settings.group_text', name) && <p>{words('settings.group_text', name)}</p>}
      </div>
      {query.isPending && <Loading lines={2} />}
      {query.error && <ErrorNote error={query.error} retry={() => query.refetch()} />}
      {query.data && (
        <Form
          name={name}
          read={query.data}
          schema={(schema ?? {}) as Schema}
          reload={() => query.refetch()}
        />
      )}
    </section>
  );
}

interface FormProps {
  name: string;
  read: Tagged<unknown>;
  schema: Schema;
  reload: () => void;
}

function Form({ name, read, schema, reload }: FormProps) {
  const cache = useQueryClient();
  const save = useMutation({
    mutationFn: (document: unknown) =>
      tagged<unknown>(
        api.PUT('/api/v1/settings/{name}', {
          params: { path: { name }, header: ifMatch(read.tag) },
          body: document as never,
        }),
      ),
    onSuccess: (now) => {
      cache.setQueryData(['settings', name], now);
      toast(t('admin.saved'));
    },
    onError: (error) => overtaken(error) && reload(),
  });
  const wrong = faults(save.error);
  return (
    <>
      {save.error && !overtaken(save.error) && Object.keys(wrong).length === 0 && (
        <ErrorNote error={save.error} />
      )}
      <SchemaForm
        name={name}
        schema={schema}
        value={read.value}
        faults={wrong}
        busy={save.isPending}
        locked={!may('settings:write')}
        refused={overtaken(save.error)}
        onSave={(document, onSuccess) => save.mutate(document, { onSuccess })}
      />
    </>
  );
}
