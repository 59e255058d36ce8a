import { editDistance, letters } from "./text";

/** One theme and the ways its name was printed, each with how often and how soundly. */
interface Theme {
  variants: Map<string, { count: number; whole: boolean }>;
}

/** The themes of a plan in their order. A banner repeated on each page, cut differently each time, is one theme. */
export class Themes {
  private readonly themes: Theme[] = [];

  /** The theme a banner names, new or known. `whole` says that the banner stood in one cell. */
  of(printed: string, whole: boolean): number {
    const known = this.themes.findIndex((theme) =>
      [...theme.variants.keys()].some((variant) => sameBanner(variant, printed)),
    );
    const index = known < 0 ? this.themes.push({ variants: new Map() }) - 1 : known;
    const variants = this.themes[index]?.variants;
    const variant = variants?.get(printed);
    variants?.set(printed, { count: (variant?.count ?? 0) + 1, whole: whole || variant?.whole === true });
    return index;
  }

  /** Whether a text is a piece of a banner that is known already. */
  knows(printed: string): boolean {
    return (
      letters(printed).length >= 8 &&
      this.themes.some((theme) => [...theme.variants.keys()].some((variant) => sameBanner(variant, printed)))
    );
  }

  banners(): string[] {
    return this.themes.flatMap((theme) => [...theme.variants.keys()]);
  }

  /** The soundest way the name was printed: begun with a capital, in one cell, most often, longest. */
  title(index: number): string {
    const variants = [...(this.themes[index]?.variants ?? [])];
    const rank = ([text, { count, whole }]: (typeof variants)[number]): number[] => [
      /^[^\p{L}]*\p{Lu}/u.test(text) ? 1 : 0,
      whole ? 1 : 0,
      count,
      text.length,
    ];
    variants.sort((left, right) => compare(rank(right), rank(left)));
    return variants[0]?.[0] ?? "";
  }
}

function compare(left: number[], right: number[]): number {
  for (const [index, value] of left.entries()) {
    const difference = value - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function sameBanner(left: string, right: string): boolean {
  const [a, b] = [letters(left), letters(right)];
  if (a === b) return true;
  if (a.replace(/\D/g, "") !== b.replace(/\D/g, "")) return false;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length >= 10 && long.includes(short)) return true;
  const limit = Math.floor(long.length * 0.15);
  return short.length >= 18 && editDistance(short, long, limit) <= limit;
}
