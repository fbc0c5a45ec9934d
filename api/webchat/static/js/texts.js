/** The page's own words. What the conversation says comes from the server. */

const TEXTS = {
  zh: {
    skip: "跳到输入框",
    more: "更多",
    conversation: "对话",
    messages: "消息",
    results: "结果一览",
    your_words: "输入回答或问题",
    placeholder: "输入回答，或直接提问…",
    placeholder_example: "例如 {example}",
    send: "发送",
    small_print: "结果按公开文件的文字测算，不是审批决定。",
    newest: "看最新消息",
    status_fresh: "同意之前不保存任何内容",
    status_live: "已连接，回答随时保存",
    status_joining: "正在连接…",
    status_away: "连接中断，正在重新连接…",
    banner_offline: "网络已断开。已写的内容不会丢，联网后自动发送。",
    i_said: "我说：",
    it_said: "惠企：",
    staff_said: "工作人员：",
    staff: "工作人员",
    sending: "发送中…",
    unsent: "还没有送出，联网后自动重发。",
    retry: "现在重发",
    answers: "可选的回答",
    other_ways: "其他选择",
    earlier_question: "展开选项",
    earlier_card: "较早的内容：{title}",
    whole: "展开全文（{count} 字）",
    print: "打印",
    export_ready: "您的全部数据可以下载了（JSON 文件）。",
    export_get: "下载我的数据",
    gone: "这段对话已经不在了（可能已到期，或在别的设备上删除）。下面重新开始。",
    erased: "全部内容已删除，这台设备上也没有留下。",
    link_title: "换设备继续",
    link_body: "在另一台设备的浏览器里打开这个链接，就能接着谈。拿到链接的人都能看到这段对话，请只发给自己人；重新生成后旧链接失效。",
    link_label: "接续链接",
    link_until: "有效期至 {date}",
    copy: "复制链接",
    copied: "已复制",
    copy_by_hand: "已选中，请手动复制",
    share: "分享…",
    close: "关闭",
    leave: "在这台设备上退出",
    leave_title: "在这台设备上退出？",
    leave_body: "对话仍会保留。想以后接着谈，请先复制“换设备继续”的链接；没有链接就回不来了。",
    leave_yes: "退出",
    replace_title: "打开链接里的对话？",
    replace_body: "这台设备上已有一段对话。打开链接后，这里会换成链接里的那段。",
    replace_yes: "打开",
    cancel: "取消",
    to_menu: "菜单",
    to_overview: "看结果",
    to_deadlines: "期限和提醒",
    to_organisation: "我的单位",
    to_profile: "我的回答",
    to_person: "转人工",
    to_settings: "我的数据与设置",
    pick_date: "选日期",
    letters: "切换键盘",
    failed: "没有成功：{reason}",
    failed_unknown: "出了点问题，请稍后再试。",
    too_large: "内容太长，发不出去。原文已放回输入框，请分几次发送。",
    put_back: "原文已放回输入框。",
    take_back: "放回输入框修改",
    mark_met: "符合：",
    mark_evidence: "需提供材料证明：",
    mark_authority: "由主管部门判断：",
    mark_missed: "不符合：",
    mark_unknown: "待确认：",
    mark_info: "说明：",
    opens_elsewhere: "（在新窗口打开）",
    progress_label: "已确定 {decided}/{total} 项",
    side_title: "结果一览",
    side_empty: "回答问题后，各项目的结论会列在这里。",
    side_stale: "回答有变化，更新结果",
  },
  en: {
    skip: "Skip to the message box",
    more: "More",
    conversation: "Conversation",
    messages: "Messages",
    results: "Results at a glance",
    your_words: "Type an answer or a question",
    placeholder: "Answer, or ask a question…",
    placeholder_example: "For example {example}",
    send: "Send",
    small_print: "Based on the public documents; not a decision.",
    newest: "See the latest",
    status_fresh: "Nothing is stored before you agree",
    status_live: "Connected, answers saved",
    status_joining: "Connecting…",
    status_away: "Connection lost, reconnecting…",
    banner_offline: "You are offline. Nothing you wrote is lost; it is sent when you are back.",
    i_said: "I said: ",
    it_said: "Huiqi: ",
    staff_said: "Staff: ",
    staff: "Staff",
    sending: "Sending…",
    unsent: "Not sent yet; it goes out when the network is back.",
    retry: "Send now",
    answers: "Possible answers",
    other_ways: "Other choices",
    earlier_question: "Show the choices",
    earlier_card: "Earlier: {title}",
    whole: "Show all of it ({count} characters)",
    print: "Print",
    export_ready: "Everything kept of you is ready to download (a JSON file).",
    export_get: "Download my data",
    gone: "This conversation is no longer here (it expired, or was erased on another device). Starting anew.",
    erased: "Everything was erased, on this device too.",
    link_title: "Continue on another device",
    link_body: "Open this link in a browser on the other device to go on. Whoever has the link can read this conversation, so share it only with your own people; making a new one ends the old.",
    link_label: "Link to continue",
    link_until: "Works until {date}",
    copy: "Copy link",
    copied: "Copied",
    copy_by_hand: "Selected; please copy it",
    share: "Share…",
    close: "Close",
    leave: "Sign out on this device",
    leave_title: "Sign out on this device?",
    leave_body: "The conversation is kept. To come back to it, first copy the link under “Continue on another device”; without it there is no way back.",
    leave_yes: "Sign out",
    replace_title: "Open the conversation of the link?",
    replace_body: "There is a conversation on this device already. The one of the link will take its place here.",
    replace_yes: "Open",
    cancel: "Cancel",
    to_menu: "Menu",
    to_overview: "Results",
    to_deadlines: "Deadlines and reminders",
    to_organisation: "My organisation",
    to_profile: "My answers",
    to_person: "Talk to a person",
    to_settings: "My data and settings",
    pick_date: "Pick a date",
    letters: "Switch keyboard",
    failed: "That did not work: {reason}",
    failed_unknown: "Something went wrong; please try again later.",
    too_large: "This is too long to send. Your text is back in the box; please send it in parts.",
    put_back: "Your text is back in the box.",
    take_back: "Put it back in the box",
    mark_met: "Met: ",
    mark_evidence: "To be shown with evidence: ",
    mark_authority: "For the authority to judge: ",
    mark_missed: "Not met: ",
    mark_unknown: "Not yet known: ",
    mark_info: "Note: ",
    opens_elsewhere: " (opens in a new window)",
    progress_label: "{decided} of {total} decided",
    side_title: "Results at a glance",
    side_empty: "Once you answer, the result for each programme is listed here.",
    side_stale: "Answers changed: refresh the results",
  },
};

let spoken = "zh";

export const language = () => spoken;
export const tagOf = (name) => (name === "en" ? "en" : "zh-Hans");

/** A text in the language of the page, with `{names}` filled in. */
export function text(key, values = {}) {
  return TEXTS[spoken][key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** What the browser's owner reads, at the very beginning. */
export function preferred() {
  const first = (navigator.languages ?? [navigator.language])[0] ?? "zh";
  return /^zh\b/i.test(first) ? "zh" : "en";
}

/** Speak this language on the whole page. */
export function speak(name) {
  spoken = name === "en" ? "en" : "zh";
  document.documentElement.lang = tagOf(spoken);
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = text(element.dataset.text);
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", text(element.dataset.label));
  }
}

/** A moment as a day people say. */
export function day(moment) {
  const format = new Intl.DateTimeFormat(spoken === "zh" ? "zh-CN" : "en-GB", {
    dateStyle: "long",
  });
  return format.format(new Date(moment));
}
