/** Letters of other alphabets that look like Latin ones; conversion software puts them into English words. */
const LOOK_ALIKES: Record<string, string> = {
  // Cyrillic
  а: "a",
  в: "b",
  е: "e",
  к: "k",
  м: "m",
  н: "h",
  о: "o",
  р: "p",
  с: "c",
  т: "t",
  у: "y",
  х: "x",
  і: "i",
  ј: "j",
  ѕ: "s",
  ԁ: "d",
  ԛ: "q",
  ԝ: "w",
  һ: "h",
  А: "A",
  В: "B",
  Е: "E",
  К: "K",
  М: "M",
  Н: "H",
  О: "O",
  Р: "P",
  С: "C",
  Т: "T",
  У: "Y",
  Х: "X",
  І: "I",
  Ј: "J",
  Ѕ: "S",
  Ԁ: "D",
  // Greek
  ο: "o",
  α: "a",
  ν: "v",
  ρ: "p",
  υ: "u",
  ι: "i",
  κ: "k",
  τ: "t",
  χ: "x",
  Α: "A",
  Β: "B",
  Ε: "E",
  Ζ: "Z",
  Η: "H",
  Ι: "I",
  Κ: "K",
  Μ: "M",
  Ν: "N",
  Ο: "O",
  Ρ: "P",
  Τ: "T",
  Υ: "Y",
  Χ: "X",
};

const foreign = /[\u0370-\u052F]/;
const word = /[A-Za-z\u0370-\u052F]+/g;

/**
 * Folds look-alike letters to Latin ones, word by word: in a word that mixes alphabets, and in a word wholly of look-alikes
 * when the folded word is one of `known` (lower case). Other words stay as printed, so real Greek or Russian is untouched.
 */
export function foldLookAlikes(text: string, known: ReadonlySet<string>): string {
  if (!foreign.test(text)) return text;
  return text.replace(word, (token) => {
    if (!foreign.test(token)) return token;
    const folded = Array.from(token, (letter) => LOOK_ALIKES[letter] ?? letter).join("");
    if (foreign.test(folded)) return token;
    return /[A-Za-z]/.test(token) || known.has(folded.toLowerCase()) ? folded : token;
  });
}

/** The text with every look-alike letter folded and wide digits made plain: for codes, where no word of another language can stand. */
export function asLatin(text: string): string {
  return Array.from(text.normalize("NFKC"), (letter) => LOOK_ALIKES[letter] ?? letter).join("");
}
