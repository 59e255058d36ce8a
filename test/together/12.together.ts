import { together } from "./together";

together(12);
