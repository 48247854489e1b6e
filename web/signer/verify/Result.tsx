import { bytes, date, dateTime, grouped } from '@shared/format';
import { t } from '@shared/i18n';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Verification } from './send';
import {
  cause,
  commonName,
  complete,
  coverOf,
  findings,
  kindOf,
  nameOf,
  type Signature,
  summary,
  type Word,
  wordOf,
} from './verdict';

/** What was found in a file: the same page that the server draws for those without script. */
export function Result({ found, again }: { found: Verification; again: () => void }) {
  const { word, text } = summary(found.signatures);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  return (
    <section id="result" aria-labelledby="found">
      <h2 id="found" class={`status ${word}`} tabIndex={-1} ref={heading}>
        <Icon word={word} /> {text}
      </h2>
      {found.signatures.length > 0 ? (
        <ul class="plain stack">
          {found.signatures.map((s) => (
            <One key={s.field} s={s} />
          ))}
        </ul>
      ) : (
        <p>{t('result.none_advice')}</p>
      )}
      <Stamps list={found.document_timestamps} />
      {(found.signatures.length > 0 || found.origin) && (
        <>
          <h2>{t('complete.heading')}</h2>
          <p>{complete(found)}</p>
        </>
      )}
      <h2>{t('file.heading')}</h2>
      <dl class="facts">
        <Fact name="file.digest" mono>
          {grouped(found.sha256)}
        </Fact>
        <Fact name="file.size">{bytes(found.size)}</Fact>
        <Fact name="file.at">
          <Moment at={found.at} />
        </Fact>
      </dl>
      <p class="meta">{t('verify.not_kept')}</p>
      <p class="noprint">
        <button type="button" class="button" onClick={again}>
          {t('verify.again')}
        </button>
      </p>
    </section>
  );
}

function One({ s }: { s: Signature }) {
  const word = wordOf(s.indication);
  const proofs = s.timestamps.filter((p) => p.valid);
  return (
    <li class="card sig">
      <p class={`status ${word}`}>
        <Icon word={word} /> {t(`word.${word}`)}
      </p>
      <p class="sentence">
        {t(`sentence.${word}`, { name: nameOf(s) })} {cause(s)}
      </p>
      <dl class="facts">
        {s.certificate && (
          <Fact name="fact.issuer">
            <bdi>{commonName(s.certificate.issuer)}</bdi>
          </Fact>
        )}
        {proofs.map((p) => (
          <Fact name="fact.proven" key={p.time}>
            <Moment at={p.time} />
            {p.certificate && (
              <>
                <br />
                <bdi class="meta">{commonName(p.certificate.subject)}</bdi>
              </>
            )}
          </Fact>
        ))}
        {s.signing_time && (
          <Fact name="fact.claimed">
            <Moment at={s.signing_time} />
          </Fact>
        )}
        <Fact name="fact.coverage">{coverOf(s)}</Fact>
      </dl>
      <Details s={s} />
    </li>
  );
}

function Details({ s }: { s: Signature }) {
  const list = findings(s);
  return (
    <details>
      <summary>{t('fact.details')}</summary>
      <dl class="facts">
        <Fact name="fact.level">{kindOf(s)}</Fact>
        <Fact name="fact.result" mono>
          {[s.indication, s.sub_indication].filter(Boolean).join(' / ')}
        </Fact>
        {list.length > 0 && (
          <Fact name="fact.findings">
            <ul class="plain">
              {list.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </Fact>
        )}
        {s.certificate && (
          <>
            <Fact name="fact.validity">
              {t('fact.span', { from: date(s.certificate.not_before), to: date(s.certificate.not_after) })}
            </Fact>
            <Fact name="fact.certificate" mono>
              {grouped(s.certificate.sha256)}
            </Fact>
          </>
        )}
        {s.field && (
          <Fact name="fact.field">
            <bdi>{s.field}</bdi>
          </Fact>
        )}
      </dl>
    </details>
  );
}

function Stamps({ list }: { list: Verification['document_timestamps'] }) {
  if (list.length === 0) return null;
  return (
    <>
      <h2>{t('stamps.heading')}</h2>
      <ul class="plain">
        {list.map((s) => (
          <li key={s.time}>
            {t(s.valid ? 'stamps.valid' : 'stamps.failed', {
              time: dateTime(s.time),
              authority: s.certificate ? commonName(s.certificate.subject) : '',
            })}
          </li>
        ))}
      </ul>
    </>
  );
}

function Fact({ name, mono, children }: { name: string; mono?: boolean; children: ComponentChildren }) {
  return (
    <div>
      <dt>{t(name)}</dt>
      <dd class={mono ? 'mono' : undefined}>{mono ? <bdi dir="ltr">{children}</bdi> : children}</dd>
    </div>
  );
}

const Moment = ({ at }: { at: string }) => <time dateTime={at}>{dateTime(at)}</time>;

export function Icon({ word }: { word: Word }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      {word === 'unknown' ? <path d="M12 3.5 21.5 20h-19z" /> : <circle cx="12" cy="12" r="9" />}
      <path d={shapes[word]} />
    </svg>
  );
}

const shapes: { [W in Word]: string } = {
  valid: 'm8 12.5 2.8 2.8L16.2 9.5',
  failed: 'm9 9 6 6m0-6-6 6',
  unknown: 'M12 10v4.5m0 2.5v.01',
};
