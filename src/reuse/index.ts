export { KEPT_BYTES, KeptAnswers } from "./kept-answers";
