package io.mpstream.responders.openai;

/** How an upstream goes on with an answer whose beginning it is given. */
enum Continuation {
    /** It cannot: it would close the turn and say a second answer after the first. */
    NONE,
    /** The last message is the assistant's and is continued; {@code continue_final_message} of vLLM, which SGLang has too. */
    VLLM,
    /** The same flags, since llama.cpp's server has them; only the continuation comes back. */
    LLAMACPP
}
