package dev.procman.event;

/// The root of events that extension modules define.
public non-sealed interface ExtensionEvent extends ProcessEvent {}
