import { together } from "./together";

together(11);
