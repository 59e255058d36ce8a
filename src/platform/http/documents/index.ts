export { Documents } from "./documents";
export { readTrustedDocuments, type TrustedDocuments } from "./trusted";
