import { t } from '@shared/i18n';
import { useState } from 'preact/hooks';
import { Dialog } from './Dialog';
import { Draw } from './Draw';
import { MarkView } from './MarkView';
import type { Sitting } from './sitting';
import { judge, tidy } from './strokes';
import type { Field, Mark, MarkKind, Stroke } from './types';
import { Upload } from './Upload';
import { filled, firstLetters, kindsOf } from './values';

interface Props {
  s: Sitting;
  field: Field;
  onClose(): void;
}

type Slot = 'signature' | 'initials';

/** Makes a signature or initials: typed, drawn, or a picture. What is made serves every field of its sort. */
export default function Adopt({ s, field, onClose }: Props) {
  const slot: Slot = field.type === 'initials' ? 'initials' : 'signature';
  const kinds = kindsOf(field);
  const before = s.adopted[slot];
  const [kind, setKind] = useState<MarkKind>(
    before && kinds.includes(before.kind) ? before.kind : (kinds[0] ?? 'typed'),
  );
  const [text, setText] = useState(before?.kind === 'typed' ? before.text : own(s, slot));
  const [strokes, setStrokes] = useState<Stroke[]>(before?.kind === 'drawn' ? before.strokes : []);
  const [image, setImage] = useState(before?.kind === 'image' ? before.image : '');
  const [fault, setFault] = useState('');
  const use = () => {
    const made = make(kind, { text, strokes, image });
    if (typeof made === 'string') return setFault(made);
    give(s, field, slot, made);
    onClose();
  };
  const remove = () => {
    s.set(field, null);
    onClose();
  };
  /** What changes is no longer what a fault was about. */
  const anew =
    <T,>(take: (v: T) => void) =>
    (v: T) => {
      setFault('');
      take(v);
    };
  return (
    <Dialog
      title={t(`adopt.title_${slot}`)}
      onClose={onClose}
      wide
      footer={
        <>
          {filled(s.value(field.id)) && (
            <button type="button" class="button quiet" onClick={remove}>
              {t('adopt.remove')}
            </button>
          )}
          <button type="button" class="button primary" onClick={use}>
            {t(`adopt.use_${slot}`)}
          </button>
        </>
      }
    >
      {kinds.length > 1 && <Ways kinds={kinds} kind={kind} onChoose={anew(setKind)} />}
      {kind === 'typed' && <Typed slot={slot} text={text} onText={anew(setText)} />}
      {kind === 'drawn' && <Draw strokes={strokes} onStrokes={anew(setStrokes)} />}
      {kind === 'image' && <Upload image={image} onImage={setImage} onFault={setFault} />}
      {fault && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      <p class="meta">{t(placed(s, slot, field) ? 'adopt.replaces' : 'adopt.later')}</p>
    </Dialog>
  );
}

/** What is typed for whom begins: the name, or its first letters. */
function own(s: Sitting, slot: Slot): string {
  return slot === 'initials' ? firstLetters(s.view.name) : s.view.name;
}

function make(kind: MarkKind, from: { text: string; strokes: Stroke[]; image: string }): Mark | string {
  if (kind === 'typed') {
    const text = from.text.trim().replace(/\s+/g, ' ');
    return text ? { kind, text } : t('adopt.type_nothing');
  }
  if (kind === 'image') return from.image ? { kind, image: from.image } : t('adopt.upload_nothing');
  const why = judge(from.strokes);
  return why ? t(`adopt.draw_${why}`) : { kind, strokes: tidy(from.strokes) };
}

/** Other fields that hold a mark of this sort already. */
function placed(s: Sitting, slot: Slot, but: Field): boolean {
  return others(s, slot, but).length > 0;
}

function others(s: Sitting, slot: Slot, but: Field): Field[] {
  return s.mine.filter((f) => f.type === slot && f.id !== but.id && filled(s.value(f.id)));
}

function give(s: Sitting, field: Field, slot: Slot, mark: Mark): void {
  s.adopted[slot] = mark;
  for (const f of others(s, slot, field)) {
    if (kindsOf(f).includes(mark.kind)) s.set(f, mark);
  }
  s.set(field, mark);
  s.say(t(`said.${slot}`));
}

function Ways({ kinds, kind, onChoose }: { kinds: MarkKind[]; kind: MarkKind; onChoose(k: MarkKind): void }) {
  return (
    <fieldset class="ways">
      <legend class="visually-hidden">{t('adopt.way')}</legend>
      {kinds.map((k) => (
        <label key={k}>
          <input type="radio" name="way" value={k} checked={k === kind} onChange={() => onChoose(k)} />
          <span>{t(`adopt.way_${k}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Typed({ slot, text, onText }: { slot: Slot; text: string; onText(s: string): void }) {
  return (
    <>
      <div class="field">
        <label for="adopt-text">{t(`adopt.type_${slot}`)}</label>
        <input
          id="adopt-text"
          class="input"
          type="text"
          dir="auto"
          maxLength={200}
          autocomplete={slot === 'signature' ? 'name' : 'off'}
          value={text}
          onInput={(e) => onText(e.currentTarget.value)}
        />
      </div>
      <figure class="sample">
        <MarkView mark={{ kind: 'typed', text }} width={420} height={110} />
        <figcaption class="meta">{t('adopt.sample')}</figcaption>
      </figure>
    </>
  );
}
