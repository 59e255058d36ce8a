export { type Mail, type MailTransport, NotSentError } from "./mail";
export { isAddress, smtpTransport } from "./smtp";
