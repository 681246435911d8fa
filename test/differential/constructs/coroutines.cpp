// C++20 coroutines: generators, tasks, exceptions, transfer.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <coroutine>
#include <exception>
#include <utility>

namespace {

class Generator {
public:
  struct promise_type {
    uint64_t Value = 0;
    std::exception_ptr Error;
    Generator get_return_object() {
      return Generator(
          std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(uint64_t V) {
      Value = V;
      return {};
    }
    void return_void() {}
    void unhandled_exception() { Error = std::current_exception(); }
  };

  explicit Generator(std::coroutine_handle<promise_type> Handle)
      : Handle(Handle) {}
  Generator(Generator &&Other) : Handle(std::exchange(Other.Handle, {})) {}
  ~Generator() {
    if (Handle)
      Handle.destroy();
  }
  bool next() {
    Handle.resume();
    if (Handle.promise().Error)
      std::rethrow_exception(Handle.promise().Error);
    return !Handle.done();
  }
  uint64_t value() const { return Handle.promise().Value; }

private:
  std::coroutine_handle<promise_type> Handle;
};

Generator numbers(uint64_t From, uint64_t To, double Weight) {
  uint64_t Last = From;
  for (uint64_t I = From; I < To; ++I) {
    uint64_t Now = I * I + Last;
    co_yield Now + (uint64_t)(Weight * (double)I);
    Last = Now % 1000;
  }
}

Generator tree(int Depth, uint64_t Seed) {
  if (Depth) {
    Generator Left = tree(Depth - 1, Seed * 3 + 1);
    while (Left.next())
      co_yield Left.value();
    co_yield Seed;
    Generator Right = tree(Depth - 1, Seed * 5 + 2);
    while (Right.next())
      co_yield Right.value();
  }
}

Generator failing(int N) {
  for (int I = 0;; ++I) {
    if (I == N)
      throw I;
    co_yield (uint64_t)I;
  }
}

class Task {
public:
  struct promise_type {
    uint64_t Result = 0;
    std::coroutine_handle<> Waiting = std::noop_coroutine();
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<>
      await_suspend(std::coroutine_handle<promise_type> Handle) noexcept {
        return Handle.promise().Waiting;
      }
      void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    void return_value(uint64_t V) { Result = V; }
    void unhandled_exception() { std::terminate(); }
  };

  explicit Task(std::coroutine_handle<promise_type> Handle) : Handle(Handle) {}
  Task(Task &&Other) : Handle(std::exchange(Other.Handle, {})) {}
  ~Task() {
    if (Handle)
      Handle.destroy();
  }
  bool await_ready() const { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> Waiting) {
    Handle.promise().Waiting = Waiting;
    return Handle;
  }
  uint64_t await_resume() const { return Handle.promise().Result; }
  uint64_t run() {
    Handle.resume();
    return Handle.promise().Result;
  }

private:
  std::coroutine_handle<promise_type> Handle;
};

Task fibonacci(unsigned N) {
  if (N < 2)
    co_return N;
  uint64_t A = co_await fibonacci(N - 1);
  uint64_t B = co_await fibonacci(N - 2);
  co_return A + B;
}

} // namespace

int main() {
  Generator N = numbers(3, 3 + hide(40), 0.75);
  while (N.next())
    fold(N.value());
  Generator T = tree(6, rnd() % 100);
  while (T.next())
    fold(T.value());
  Generator F = failing((int)hide(7));
  try {
    while (F.next())
      fold(F.value());
  } catch (int I) {
    showValue("thrown", (uint64_t)I);
  }
  showValue("fibonacci", fibonacci((unsigned)hide(12)).run());
  show("coroutines");
  return 0;
}
