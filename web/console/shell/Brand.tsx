import { api, data, type Schemas } from '@shared/api/client';
import { applyBrand } from '@shared/brand';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';

type Branding = Schemas['Branding'];

/** Reads how the organization looks and puts its accent on the page. */
export function useBrand(): Branding | undefined {
  const brand = useQuery({
    queryKey: ['branding'],
    queryFn: () => data(api.GET('/api/v1/branding')),
    staleTime: 300_000,
  }).data;
  const color = brand?.color;
  useEffect(() => {
    if (color) applyBrand(document.documentElement, color);
  }, [color]);
  return brand;
}

/** The organization's mark and name, which lead home. */
export function Brand({ brand, name }: { brand: Branding | undefined; name: string }) {
  const logo = brand?.logo;
  const shown = brand?.display_name || name;
  return (
    <Link to="/" className="brand">
      {logo ? <img className="brand-logo" src={`data:${typeOf(logo)};base64,${logo}`} alt="" /> : <Mark />}
      <span className="brand-name">{shown}</span>
    </Link>
  );
}

/** PNG files begin alike; the server takes PNG and JPEG only. */
function typeOf(base64: string): string {
  return base64.startsWith('iVBOR') ? 'image/png' : 'image/jpeg';
}

/** The product's own mark: a seal with a line signed across it. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="14" className="mark-seal" />
      <path
        className="mark-line"
        d="M7.5 18.5c3-1 4.5-6.5 6.5-8 1.8-1.3 2 1 .6 3.4-1.3 2.4-2.8 5.3-1 5.4 1.6.1 2.2-3.1 3.9-3.1 1.3 0 .5 2.3 1.8 2.3 1.5 0 2.4-1.2 5.2-1.5M9 23h14"
      />
    </svg>
  );
}
