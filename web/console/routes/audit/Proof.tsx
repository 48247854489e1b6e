import { api, data, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation } from '@tanstack/react-query';
import { ErrorNote, Icon, Notice } from '../../parts';
import { saveFile } from '../admin/save';
import type { Row } from './export';
import { proves } from './merkle';

type Inclusion = Schemas['Inclusion'];

/** Fetches the proof of a row and checks it here, without taking the server's word. */
export function Proof({ r }: { r: Row }) {
  const { index } = r.inclusion;
  const check = useMutation({
    mutationFn: async (at: number) => {
      const path = { index: at };
      const proof = await data(api.GET('/api/v1/audit/proofs/{index}', { params: { path } }));
      return { proof, holds: await proves(r.hash, proof) };
    },
  });
  if (index === undefined) return <p className="meta">{t('audit.pending_text')}</p>;
  return (
    <section className="section" aria-label={t('audit.proof')}>
      <div className="section-head">
        <h3>{t('audit.proof')}</h3>
        <p>{t('audit.proof_text')}</p>
      </div>
      {check.error && <ErrorNote error={check.error} />}
      {check.data && <Verdict index={index} proof={check.data.proof} holds={check.data.holds} />}
      <div className="form-actions">
        <button
          type="button"
          className="button"
          aria-disabled={check.isPending}
          onClick={() => !check.isPending && check.mutate(index)}
        >
          <Icon name="shield" />
          {t('audit.prove')}
        </button>
        {check.data && (
          <button type="button" className="button quiet" onClick={() => save(r, check.data.proof)}>
            <Icon name="download" />
            {t('audit.proof_download')}
          </button>
        )}
      </div>
    </section>
  );
}

function Verdict({ index, proof, holds }: { index: number; proof: Inclusion; holds: boolean }) {
  if (!holds) {
    return (
      <Notice tone="bad">
        <p>{t('audit.proof_fails')}</p>
      </Notice>
    );
  }
  return (
    <p role="status" className="status done long">
      <Icon name="shield" />
      {t('audit.proof_holds', { index, n: proof.size })}
    </p>
  );
}

function save(r: Row, proof: Inclusion): void {
  const text = JSON.stringify({ row: r, proof }, null, 2);
  saveFile(`audit-proof-${proof.index}.json`, new Blob([text], { type: 'application/json' }));
}
