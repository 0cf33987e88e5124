/** The data of every event of one name (WHATWG HTML §9.2), parsed, as the page gets them. Ends with the stream. */
export async function* serverSentEvents(response: Response, name: string): AsyncGenerator<unknown> {
  if (!response.ok || !response.body) throw new Error(`no event stream: ${response.status}`);
  let buffered = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const messages = (buffered + chunk).split("\n\n");
    buffered = messages.pop() ?? "";
    for (const message of messages) {
      const [, event, data] = /^event: (.*)\ndata: (.*)$/m.exec(message) ?? [];
      if (event === name && data) yield JSON.parse(data);
    }
  }
}
