/** Plain PDFs for tests, made here so that no file has to be kept. */

/** Pages of text, in a font that every viewer has. */
export function textPdf(pages: string[]): Uint8Array {
  const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
  return build(
    pages.map((text) => ({
      content: `BT /F 18 Tf 72 760 Td 24 TL ${text
        .split('\n')
        .map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj T*`)
        .join(' ')} ET`,
      resources: '<< /Font << /F 3 0 R >> >>',
    })),
    font,
  );
}

/** Numbered pages. */
export function longPdf(pages: number): Uint8Array {
  return textPdf(
    Array.from({ length: pages }, (_, i) => `Page number ${i + 1}\nAn agreement of many pages.`),
  );
}

/** One page that is a picture of grey squares, as a scanner makes it: there is no text to read. */
export function scannedPdf(): Uint8Array {
  const rows = Array.from({ length: 16 }, (_, y) =>
    Array.from({ length: 16 }, (_, x) => ((x + y) % 2 ? 'C0' : 'FF')).join(''),
  );
  const image = `${rows.join('')}>`;
  const picture = `<< /Type /XObject /Subtype /Image /Width 16 /Height 16 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /ASCIIHexDecode /Length ${image.length} >>\nstream\n${image}\nendstream`;
  return build(
    [{ content: 'q 595 0 0 842 0 0 cm /I Do Q', resources: '<< /XObject << /I 3 0 R >> >>' }],
    picture,
  );
}

/** Catalogue 1, pages 2, the shared object 3, then a page and its content for each. */
function build(pages: { content: string; resources: string }[], shared: string): Uint8Array {
  const kids = pages.map((_, i) => `${4 + 2 * i} 0 R`).join(' ');
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R >>`,
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    shared,
  ];
  pages.forEach((p, i) => {
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources ${p.resources} /Contents ${5 + 2 * i} 0 R >>`,
    );
    objects.push(`<< /Length ${p.content.length} >>\nstream\n${p.content}\nendstream`);
  });
  let out = '%PDF-1.7\n';
  const at: number[] = [];
  objects.forEach((o, i) => {
    at.push(out.length);
    out += `${i + 1} 0 obj\n${o}\nendobj\n`;
  });
  const start = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  out += at.map((n) => `${String(n).padStart(10, '0')} 00000 n \n`).join('');
  out += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return new TextEncoder().encode(out);
}
