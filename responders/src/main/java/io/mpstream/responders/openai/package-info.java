/** Answers by an upstream server that speaks OpenAI's API: vLLM, SGLang, llama.cpp, Ollama, OpenAI itself. */
package io.mpstream.responders.openai;
