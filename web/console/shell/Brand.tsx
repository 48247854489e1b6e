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

/** The product's own mark, as the server's pages and the window's icon have it. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path
        className="mark-seal"
        d="M16 1.5 19.7 4l4.5-.2 1.9 4.1 3.9 2.2-.6 4.4 2.1 4-3 3.3-.4 4.5-4.4 1-2.9 3.4-4.3-1.4-4.2 1.4-3-3.4-4.3-1-.5-4.5-3-3.3 2.1-4-.6-4.4L6 7.9l1.8-4.1 4.5.2z"
      />
      <path className="mark-line" d="m9.8 17.2 4.1 4.1 8.3-9" />
    </svg>
  );
}
