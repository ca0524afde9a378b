/** How an application is told where to send: pieces to paste, for a host and its SMTP port. */

/** @type {{name: string, text(host: string, port: number): string}[]} */
export const snippets = [
	{ name: "swaks", text: (host, port) =>
		`swaks --to jo@example.test --server ${host}:${port} --header "Subject: Hello"` },
	{ name: "curl", text: (host, port) =>
		`printf 'From: app@example.test\\nTo: jo@example.test\\nSubject: Hello\\n\\nIt works.\\n' |
  curl smtp://${host}:${port} --mail-from app@example.test --mail-rcpt jo@example.test -T -` },
	{ name: "Python", text: (host, port) =>
		`import smtplib
from email.message import EmailMessage

mail = EmailMessage()
mail["From"], mail["To"], mail["Subject"] = "app@example.test", "jo@example.test", "Hello"
mail.set_content("It works.")
with smtplib.SMTP("${host}", ${port}) as server:
    server.send_message(mail)` },
	{ name: "Node (nodemailer)", text: (host, port) =>
		`import nodemailer from "nodemailer";

const transport = nodemailer.createTransport({ host: "${host}", port: ${port}, secure: false, ignoreTLS: true });
await transport.sendMail({
  from: "app@example.test", to: "jo@example.test", subject: "Hello", text: "It works.",
});` },
	{ name: "PHP (PHPMailer)", text: (host, port) =>
		`$mail = new PHPMailer\\PHPMailer\\PHPMailer(true);
$mail->isSMTP();
$mail->Host = '${host}';
$mail->Port = ${port};
$mail->SMTPAutoTLS = false;
$mail->setFrom('app@example.test');
$mail->addAddress('jo@example.test');
$mail->Subject = 'Hello';
$mail->Body = 'It works.';
$mail->send();` },
	{ name: "Symfony", text: (host, port) => `# .env.local\nMAILER_DSN=smtp://${host}:${port}` },
	{ name: "Laravel", text: (host, port) =>
		`# .env
MAIL_MAILER=smtp
MAIL_HOST=${host}
MAIL_PORT=${port}
MAIL_USERNAME=null
MAIL_PASSWORD=null
MAIL_ENCRYPTION=null` },
	{ name: "Rails", text: (host, port) =>
		`# config/environments/development.rb
config.action_mailer.delivery_method = :smtp
config.action_mailer.smtp_settings = {
  address: "${host}", port: ${port}, enable_starttls_auto: false
}` },
	{ name: "Django", text: (host, port) =>
		`# settings.py
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "${host}"
EMAIL_PORT = ${port}
EMAIL_USE_TLS = False` },
	{ name: "Spring Boot", text: (host, port) =>
		`# application.properties
spring.mail.host=${host}
spring.mail.port=${port}
spring.mail.properties.mail.smtp.starttls.enable=false` },
	{ name: "Go", text: (host, port) =>
		`message := []byte("From: app@example.test\\r\\nTo: jo@example.test\\r\\nSubject: Hello\\r\\n\\r\\nIt works.\\r\\n")
err := smtp.SendMail("${host}:${port}", nil, "app@example.test", []string{"jo@example.test"}, message)` },
];

/** Services by what they are for. The first of names that is open is preferred. */
const SERVICES = [
	["smtp", "SMTP", "send; STARTTLS if you like"],
	["submissions", "SMTP with TLS", "send"],
	["imap", "IMAP", "read"],
	["imaps", "IMAP with TLS", "read"],
	["pop3", "POP3", "read"],
	["pop3s", "POP3 with TLS", "read"],
	["http", "JMAP", "read", (host, port) => `http://${host}:${port}/.well-known/jmap`],
	["https", "JMAP with TLS", "read", (host, port) => `https://${host}:${port}/.well-known/jmap`],
];

/** An IPv6 address in brackets, as before a port. */
export function hostText(host) {
	return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

/** @param {Object<string, number>} ports @returns {{label: string, use: string, address: string}[]} */
export function addressesOf(host, ports) {
	const plain = (name, port) => `${hostText(name)}:${port}`;

	return SERVICES.filter(([name]) => ports[name]).map(([name, label, use, write = plain]) =>
		({ label, use, address: write(name === "http" || name === "https" ? hostText(host) : host, ports[name]) }));
}
