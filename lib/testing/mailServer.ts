/** A mail server that keeps what it is given. */
import { EventEmitter, once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

type Received = { recipients: string[]; text: string };

/** `next`: the next mail that comes for the recipient. */
export type MailServer = { url: string; mails: Received[]; next: (recipient: string) => Promise<Received>; server: Server };

/** Starts a server with as much of SMTP (RFC 5321) as a sender needs to get rid of a mail. */
export function startMailServer(): Promise<MailServer> {
  const mails: Received[] = [];
  const arriving = new EventEmitter();
  const server = createServer((socket: Socket) => {
    let mail: Received = { recipients: [], text: "" };
    let isText = false;
    let rest = "";
    socket.write("220 test\r\n");
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      rest += chunk;
      for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (isText && line === ".") {
          isText = false;
          mails.push(mail);
          for (const recipient of mail.recipients) arriving.emit(recipient, mail);
          mail = { recipients: [], text: "" };
          socket.write("250 taken\r\n");
        } else if (isText) mail.text += `${line}\n`;
        else if (/^DATA/i.test(line)) {
          isText = true;
          socket.write("354 go on\r\n");
        } else if (/^QUIT/i.test(line)) socket.end("221 bye\r\n");
        else {
          const recipient = /^RCPT TO:<([^>]*)>/i.exec(line)?.[1];
          if (recipient !== undefined) mail.recipients.push(recipient);
          socket.write("250 fine\r\n");
        }
      }
    });
  });
  const next = (recipient: string): Promise<Received> => new Promise((resolve) => arriving.once(recipient, resolve));
  server.listen(0, "127.0.0.1");
  return once(server, "listening").then(() => {
    const { port } = server.address() as AddressInfo;
    return { url: `smtp://127.0.0.1:${port}`, mails, next, server };
  });
}
