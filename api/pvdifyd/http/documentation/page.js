// Draws the OpenAPI document. Everything goes through textContent: the document is data.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function resolve(api, node) {
  if (!node || !node.$ref) return node;
  return node.$ref.slice(2).split("/").reduce((at, key) => at[key.replaceAll("~1", "/").replaceAll("~0", "~")], api);
}

function typeOf(api, schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf || schema.oneOf) return (schema.anyOf || schema.oneOf).map((one) => typeOf(api, one)).join(" or ");
  if (schema.type === "array") return `list of ${typeOf(api, schema.items)}`;
  if (schema.additionalProperties) return `map of ${typeOf(api, schema.additionalProperties)}`;
  return [].concat(schema.type || "any").join(" or ");
}

function rules(schema) {
  const said = [];
  if (schema.enum) said.push(`one of ${schema.enum.join(", ")}`);
  if (schema.minimum !== undefined) said.push(`from ${schema.minimum}`);
  if (schema.maximum !== undefined) said.push(`to ${schema.maximum}`);
  if (schema.maxLength !== undefined) said.push(`at most ${schema.maxLength} characters`);
  if (schema.default !== undefined) said.push(`default ${JSON.stringify(schema.default)}`);
  if (schema.examples) said.push(`as ${schema.examples.join(", ")}`);
  return said.join("; ");
}

function table(heads, rows) {
  const made = element("table");
  const head = made.createTHead().insertRow();
  heads.forEach((text) => head.append(element("th", text, { scope: "col" })));
  const body = made.createTBody();
  rows.forEach((cells) => {
    const row = body.insertRow();
    cells.forEach((text) => { row.insertCell().textContent = text; });
  });
  return made;
}

function fields(api, reference) {
  const schema = resolve(api, reference);
  const required = schema.required || [];
  return table(
    ["Field", "Type", "Rules"],
    Object.entries(schema.properties || {}).map(([name, one]) => [
      name, typeOf(api, one), [required.includes(name) ? "required" : "", rules(one)].filter(Boolean).join("; "),
    ]),
  );
}

function responses(api, operation) {
  return table(
    ["Status", "Meaning", "Body"],
    Object.entries(operation.responses).filter(([status]) => status !== "default").map(([status, reference]) => {
      const answer = resolve(api, reference);
      const bodies = Object.entries(answer.content || {}).map(([media, one]) => `${typeOf(api, one.schema)} (${media})`);
      return [status, answer.description || "", bodies.join(", ")];
    }),
  );
}

function section(api, path, method, item) {
  const operation = item[method];
  const made = element("section", undefined, { id: `${method}${path}` });
  const title = element("h3");
  title.append(element("span", method.toUpperCase(), { class: "method" }), element("code", path));
  made.append(title, element("p", operation.description || ""));
  const parameters = [...(item.parameters || []), ...(operation.parameters || [])].map((one) => resolve(api, one));
  if (parameters.length) {
    made.append(table(
      ["Parameter", "In", "Type", "Meaning"],
      parameters.map((one) => [one.name, one.in, typeOf(api, one.schema), one.description || rules(one.schema || {})]),
    ));
  }
  for (const [media, body] of Object.entries((operation.requestBody || {}).content || {})) {
    made.append(element("h4", `Body (${media})`), fields(api, body.schema));
  }
  made.append(element("h4", "Answers"), responses(api, operation));
  return made;
}

function schemas(api) {
  return Object.entries(api.components.schemas).map(([name, schema]) => {
    const made = element("section", undefined, { id: `schema-${name}` });
    made.append(element("h3", name), element("p", schema.description || ""), fields(api, schema));
    return made;
  });
}

function draw(api) {
  document.getElementById("title").textContent = `${api.info.title} API ${api.info.version}`;
  document.getElementById("description").textContent = api.info.description || "";
  const main = document.getElementById("operations");
  const list = element("ul");
  main.replaceChildren(element("h2", "Operations"));
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((one) => item[one])) {
      const entry = element("li");
      entry.append(element("a", `${method.toUpperCase()} ${path}`, { href: `#${method}${path}` }));
      list.append(entry);
      main.append(section(api, path, method, item));
    }
  }
  document.getElementById("contents").replaceChildren(list);
  main.append(element("h2", "Objects"), ...schemas(api));
}

fetch("/api/v1/openapi.json")
  .then((answer) => answer.json())
  .then(draw)
  .catch((error) => { document.getElementById("operations").textContent = `The document could not be drawn: ${error}`; });
